// How much the computer takes of what it may: {"memory": [used, limit], …}, memory and disk in megabytes.
const box = document.getElementById("usage");
const words = (name, number) => name === "processes" ? `${number}` : number < 1024 ? `${number} MB` : `${(number / 1024).toFixed(1)} GB`;

export function showUsage(usage) {
  box.hidden = false;
  for (const [name, [used, limit]] of Object.entries(usage)) {
    const meter = box.querySelector(`[data-of=${name}]`);
    Object.assign(meter, { max: limit, low: limit * 0.6, high: limit * 0.85, optimum: 0, value: used });
    box.querySelector(`[data-words=${name}]`).textContent = `${words(name, used)} of ${words(name, limit)}`;
  }
}
