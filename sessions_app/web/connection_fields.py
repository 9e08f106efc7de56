from __future__ import annotations

import ipaddress
import re
import socket
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django import forms

from sessions_app.models import Connection, ProviderKind

KEY_LIMIT = 2000
MODELS_LIMIT = 200
MODEL_NAME_LIMIT = 150
METADATA_ADDRESSES = {"fd00:ec2::254", "100.100.100.200", "168.63.129.16"}  # besides the link-local ones
METADATA_NAMES = {"metadata", "metadata.google.internal", "instance-data", "instance-data.ec2.internal"}
NEEDS_KEY = {ProviderKind.OPENAI, ProviderKind.ANTHROPIC, ProviderKind.GOOGLE}
NEEDS_URL = {ProviderKind.OPENAI_COMPATIBLE, ProviderKind.OLLAMA}


class ConnectionForm(forms.ModelForm):  # type: ignore[type-arg]  # Django forms take no arguments at run time
    """A key is only taken. One that is stored goes to no other address than the one it was entered for."""

    api_key = forms.CharField(label="API key", required=False, max_length=KEY_LIMIT)
    offered = forms.CharField(label="Models to offer", required=False, max_length=30_000)

    class Meta:
        model = Connection
        fields = ["provider", "label", "base_url"]
        labels = {"label": "Name", "base_url": "Address"}
        error_messages = {
            "provider": {"required": "Choose a provider."},
            "label": {"required": "Give the connection a name."},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["offered"] = "\n".join(self.instance.offered)
        self.replaced_key = False
        self.before = (self.instance.provider, self.instance.base_url)

    def clean_base_url(self) -> str:
        return base_url_in(self.cleaned_data["base_url"])

    def clean_api_key(self) -> str:
        key: str = self.cleaned_data["api_key"]
        if not re.fullmatch(r"[!-~]*", key):
            raise forms.ValidationError("This is no key: it has spaces or letters no key has. Copy it again.")
        return key

    def clean_offered(self) -> list[str]:
        lines = (line.strip() for line in self.cleaned_data["offered"].splitlines())
        names = list(dict.fromkeys(line for line in lines if line))
        if len(names) > MODELS_LIMIT:
            raise forms.ValidationError(f"These are {len(names)} models. The limit is {MODELS_LIMIT}.")
        for name in names:
            if len(name) > MODEL_NAME_LIMIT or not name.isprintable():
                raise forms.ValidationError(f"“{name[:40]}” is no name of a model. Write one name a line.")
        return names

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        provider, url = cleaned.get("provider"), cleaned.get("base_url", "")
        if provider in NEEDS_URL and not url and not self.has_error("base_url"):
            self.add_error("base_url", "Write the address of the server, such as http://127.0.0.1:8000/v1.")
        if provider in NEEDS_KEY and not cleaned.get("api_key") and not self.has_error("api_key"):
            if not self.instance.sealed_key:
                self.add_error("api_key", f"{ProviderKind(provider).label} needs a key. Enter it here.")
            elif not self.keeps_key:
                self.add_error("api_key", "Enter the key again: it is not sent to another address unasked.")
        return cleaned

    @property
    def keeps_key(self) -> bool:
        """The stored key stays: nothing replaces it, and it goes where it went before."""
        data = self.cleaned_data
        now = (data.get("provider"), data.get("base_url", ""))
        return not data.get("api_key") and (now[0], origin(now[1])) == (
            self.before[0],
            origin(self.before[1]),
        )

    def ready(self) -> Connection:
        """The connection as the form says, not saved yet."""
        connection: Connection = self.save(commit=False)
        connection.offered = self.cleaned_data["offered"]
        if not self.keeps_key:
            self.replaced_key = bool(connection.sealed_key)
            connection.put_key(self.cleaned_data["api_key"])
        return connection

    @property
    def said(self) -> str:
        """What became of it, for whoever saved it."""
        if not self.replaced_key:
            return "Saved. It is being checked."
        if self.instance.sealed_key:
            return "Saved. The old key is gone; the new one is being checked."
        return "Saved. The key was for the old address and is gone. It is being checked without one."


def base_url_in(text: str) -> str:
    """An address as it is kept, without a slash at its end. Raises ValidationError with the cure."""
    if not text:
        return ""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise forms.ValidationError("This is no address. Check its host and port.") from None
    if refusal := _refusal(parts, port):
        raise forms.ValidationError(refusal)
    return text.rstrip("/")


def _refusal(parts: SplitResult, port: int | None) -> str:
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        return "Begin the address with http:// or https:// and a host."
    if "@" in parts.netloc:
        return "Leave the name and password out of the address. Enter the key below."
    if parts.query or parts.fragment or not re.fullmatch(r"[!-~]+", parts.geturl()):
        return "Leave out everything after the path: no “?”, no “#”, no spaces."
    if tells_credentials(parts.hostname):
        return "Addresses of this kind hold secrets of cloud machines, and no models. Choose another."
    return ""


def tells_credentials(host: str) -> bool:
    """Where clouds answer machines with their credentials. Private and loopback addresses are meant.

    A name that somebody pointed there is not seen.
    """
    host = host.lower().rstrip(".")
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        short = _short_for(host)
        if short is None:
            return host in METADATA_NAMES
        address = short
    address = getattr(address, "ipv4_mapped", None) or address
    return address.is_link_local or str(address) in METADATA_ADDRESSES


def _short_for(host: str) -> ipaddress.IPv4Address | None:
    """As in http://2852039166/, which the system reads as an address too."""
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except OSError:
        return None


def origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port
