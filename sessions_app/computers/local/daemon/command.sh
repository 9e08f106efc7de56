# What every command runs in. Forks nothing, so that it works when no process is left to have.
__state=$1 __call=$2 __input=$3
set --
{ IFS= read -r -d '' __variables; IFS= read -r -d '' __command; } <&"$__input"
eval "exec $__input<&-"
if [ -r "$__state" ]; then
  compgen -e >"$__state.$$" && mapfile -t __names <"$__state.$$" && unset "${__names[@]}"
  . "$__state" 2>/dev/null
fi
export COMPUTER_CALL=$__call
__own=
eval "$__variables"
unset __call __input __names __variables
__saved=
__save='__code=$?
[ -n "$__saved" ] || {
  __saved=1
  # Not unset: what was made readonly would stay, with its value.
  [ -z "$__own" ] || eval "export -n $__own"
  { printf "cd %q\n" "$PWD"; export -p; declare -f; alias -p; echo "# whole"; } >"$__state.$$"
} 2>/dev/null'
trap "$__save; exit \$__code" EXIT
shopt -s expand_aliases
eval "$__command"
eval "$__save"
exit $__code
