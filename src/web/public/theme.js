// Before the first paint, so that a chosen theme does not flash. A file of its own: the page allows
// no inline script.
try {
  const theme = localStorage.getItem('parstock.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage may be forbidden; then the system's theme holds.
}
