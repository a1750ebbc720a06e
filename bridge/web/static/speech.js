// Says something to those who do not see the page change.
export function say(sentence) {
  const spoken = document.getElementById("spoken");
  spoken.textContent = "";
  requestAnimationFrame(() => { spoken.textContent = sentence; });
}
