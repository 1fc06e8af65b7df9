// Runs before the first paint and before the page's own script has arrived. A file of its own: the
// page allows no inline script.

// A chosen theme must not flash.
try {
  const theme = localStorage.getItem('parstock.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage may be forbidden; then the system's theme holds.
}

// What the address needs is asked for now; the page's script takes the answers over (early.ts).
{
  const { pathname } = location;
  const sku = /^\/products\/([^/]+)$/.exec(pathname)?.[1];
  const answers = {};
  window.earlyAnswers = answers;
  // What nobody has taken over by then would be old news to whoever asks.
  setTimeout(() => delete window.earlyAnswers, 10_000);
  const ask = (path) => {
    // Read to its end at once: an answer that nobody takes over must not keep its connection.
    const answer = fetch(`/api/v1${path}`, { credentials: 'same-origin' }).then(
      async (response) => new Response(await response.arrayBuffer(), response),
    );
    answers[`/api/v1${path}`] = answer;
    // Whoever takes it over hears of the failure; nobody else has to.
    answer.catch(() => undefined);
    return answer;
  };

  const preload = (href) => {
    const link = document.createElement('link');
    const isStyle = href.endsWith('.css');
    Object.assign(link, isStyle ? { rel: 'preload', as: 'style' } : { rel: 'modulepreload' });
    // As the build's own links are, or it would be fetched twice.
    link.crossOrigin = '';
    link.href = href;
    document.head.append(link);
  };

  if (pathname !== '/sign-in' && pathname !== '/setup') ask('/session');
  if (pathname === '/') ask('/today');
  if (pathname === '/orders') ask('/proposals/by-supplier');
  if (sku) {
    ask(`/products/${sku}`)
      .then((answer) => (answer.ok ? answer.clone().json() : null))
      .then((product) => product?.proposalId && ask(`/proposals/${product.proposalId}`))
      .catch(() => undefined);
    ask(`/products/${sku}/sales`);
    ask(`/products/${sku}/forecast`);
    const built = document.currentScript.dataset.productPage;
    if (built) built.split(' ').forEach(preload);
  }
}
