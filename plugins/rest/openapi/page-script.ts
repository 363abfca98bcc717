/** What the page does where scripts run: it filters, tries reading requests, and writes the address of this server. */
export const PAGE_SCRIPT = `
const all = (selector, of = document) => [...of.querySelectorAll(selector)];
for (const element of all('.script')) element.hidden = false;
for (const code of all('.curl')) code.textContent = code.textContent.replace('http://localhost:7070', location.origin);
const filter = document.querySelector('#filter');
filter.addEventListener('input', () => {
  const words = filter.value.toLowerCase().split(/\\s+/);
  for (const section of all('section')) {
    const parts = all('details.op', section);
    for (const part of parts) part.hidden = !words.every((word) => part.dataset.words.includes(word));
    section.hidden = parts.every((part) => part.hidden);
  }
});
const reveal = () => {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target && target.matches('details')) target.open = true;
};
addEventListener('hashchange', reveal);
reveal();
for (const form of all('form')) form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const output = form.nextElementSibling;
  let path = form.dataset.path;
  const query = new URLSearchParams();
  for (const { name, value, dataset } of all('input', form)) {
    if (dataset.in === 'path') path = path.replace('{' + name + '}', encodeURIComponent(value));
    else if (value !== '') query.set(name, value);
  }
  const url = query.size > 0 ? path + '?' + query : path;
  output.hidden = false;
  output.textContent = 'GET ' + url + ' …';
  try {
    const answer = await fetch(url);
    let text = await answer.text();
    try { text = JSON.stringify(JSON.parse(text), null, 2); } catch {}
    output.textContent = 'GET ' + url + '\\n' + answer.status + ' ' + answer.statusText + '\\n\\n' + text;
  } catch (error) {
    output.textContent = 'GET ' + url + '\\n' + error.message;
  }
});`;
