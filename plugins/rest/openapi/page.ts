import { createHash } from 'node:crypto';
import type { Media, OpenApi, Operation, ParameterObject, Reference, ResponseObject } from './build.ts';
import { PAGE_SCRIPT } from './page-script.ts';
import { PAGE_STYLE } from './page-style.ts';
import type { Schema } from './schema.ts';
import { componentOf, inWords } from './words.ts';

/** What the page may load: nothing but what is written in it; what it tries out goes to the server that it came from. */
export const PAGE_POLICY: string = [
  "default-src 'none'",
  `style-src '${hashOf(PAGE_STYLE)}'`,
  `script-src '${hashOf(PAGE_SCRIPT)}'`,
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join('; ');

/** The document as a page to read. */
export function renderPage(document: OpenApi): string {
  const { info, tags } = document;
  const components = Object.entries(document.components.schemas);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text(info.title)}: API</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<header><div>
<h1>${text(info.title)} <small>API, version ${text(info.version)}</small></h1>
<p>${text(info.description)}</p>
<p>For programs: <a href="/api/openapi.json">/api/openapi.json</a> (OpenAPI ${text(document.openapi)}).</p>
</div></header>
<nav aria-label="Areas"><div>
${[...tags.map(({ name }) => name), 'Schemas'].map((name) => `<a href="#area-${text(name)}">${text(name)}</a>`).join('\n')}
<input id="filter" class="script" type="search" placeholder="Filter" aria-label="Filter" hidden>
</div></nav>
<main>
${tags.map((tag) => areaOf(tag, document)).join('\n')}
<section id="area-Schemas"><h2>Schemas</h2><p class="dim">What stands in the answers</p>
${components.map(([name, schema]) => schemaOf(name, schema)).join('\n')}
</section>
</main>
<script>${PAGE_SCRIPT}</script>
</body>
</html>
`;
}

function areaOf({ name, description }: OpenApi['tags'][number], document: OpenApi): string {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, { tags }]) => tags.includes(name))
      .map(([method, operation]) => operationOf(method, path, operation, document)),
  );
  return `<section id="area-${text(name)}"><h2>${text(name)}</h2><p class="dim">${text(description)}</p>
${operations.join('\n')}
</section>`;
}

function operationOf(method: string, path: string, operation: Operation, document: OpenApi): string {
  const { operationId, summary, description, requestBody } = operation;
  const parameters = (operation.parameters ?? []).map((each) => resolved(each, document.components.parameters));
  const body = Object.entries(requestBody?.content ?? {})[0];
  const words = `${method} ${path} ${summary} ${description ?? ''} ${operationId}`.toLowerCase();
  return `<details class="op" id="${text(operationId)}" data-words="${text(words)}">
<summary><span class="method ${method}">${method.toUpperCase()}</span><code>${text(path)}</code><span class="dim">${text(summary)}</span></summary>
<div>
${description === undefined ? '' : `<p>${text(description)}</p>`}
${parameters.length > 0 ? parameterTable(parameters) : ''}
${body ? `<h3>Body</h3>${linked(body[1].schema)}<pre tabindex="0">${json(body[1].example)}</pre>` : ''}
<h3>Example</h3>
<pre class="curl" tabindex="0">${text(curlOf(method, path, parameters, body))}</pre>
<h3>Answers</h3>
${Object.entries(operation.responses)
  .map(([status, response]) => answerOf(status, response))
  .join('\n')}
${isTryable(method, operation) ? tryForm(path, parameters) : ''}
</div>
</details>`;
}

function parameterTable(parameters: readonly ParameterObject[]): string {
  const rows = parameters.map(
    ({ name, in: where, description, schema, content }) =>
      `<tr><td><code>${text(name)}</code> <span class="dim">${where}</span></td><td>${text(description)}</td><td>${linked(schema ?? mediaOf(content)?.schema ?? {})}${content ? ', as JSON' : ''}</td></tr>`,
  );
  return `<h3>Parameters</h3>${table(['Name', 'Meaning', 'Value'], rows)}`;
}

function answerOf(status: string, response: ResponseObject | Reference): string {
  const { description = '' } = response;
  const head = `<p><strong>${status === 'default' ? 'Else' : text(status)}</strong> ${text(description)}`;
  if (!('description' in response)) return '';
  if ('$ref' in response) return `${head} <a class="dim" href="#Failure">Failure</a></p>`;
  const bodies = Object.entries(response.content ?? {}).map(
    ([type, { schema, example }]) =>
      `<p class="dim">${text(type)}: ${linked(schema)}</p>${example === '' ? '' : `<pre tabindex="0">${json(example)}</pre>`}`,
  );
  return `${head}</p>${bodies.join('')}`;
}

function tryForm(path: string, parameters: readonly ParameterObject[]): string {
  const fields = parameters.map(
    ({ name, in: where, example }) =>
      `<label>${text(name)}<input name="${text(name)}" data-in="${where}"${where === 'path' ? ` value="${text(written(example))}" required` : ''}></label>`,
  );
  return `<div class="script" hidden><h3>Try it</h3>
<form data-path="${text(path)}">${fields.join('')}<button>GET</button></form><pre tabindex="0" hidden></pre></div>`;
}

function schemaOf(name: string, schema: Schema): string {
  const required = new Set(schema.required);
  const fields = Object.entries(schema.properties ?? schema.items?.properties ?? {});
  const rows = fields.map(
    ([field, each]) =>
      `<tr><td><code>${text(field)}</code>${required.has(field) ? '' : ' <span class="dim">may be absent</span>'}</td><td>${text(each.description ?? '')}</td><td>${linked(each)}</td></tr>`,
  );
  return `<details class="op" id="${text(name)}" data-words="${text(`${name} ${fields.map(([field]) => field).join(' ')}`.toLowerCase())}">
<summary><code>${text(name)}</code><span class="dim">${text(schema.description ?? '')}</span></summary>
<div>${rows.length > 0 ? table(['Field', 'Meaning', 'Value'], rows) : `<p>${text(inWords(schema))}</p>`}</div>
</details>`;
}

function table(heads: readonly string[], rows: readonly string[]): string {
  return `<div class="table"><table><thead><tr>${heads.map((head) => `<th>${head}</th>`).join('')}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

/** What a schema allows, with a link to the component that it is made of. */
function linked(schema: Schema): string {
  const words = text(inWords(schema));
  const name = componentOf(schema) ?? componentOf(schema.properties?.result ?? {});
  if (name === undefined) return words;
  return words.includes(name)
    ? words.replace(name, `<a href="#${text(name)}">${text(name)}</a>`)
    : `${words}, see <a href="#${text(name)}">${text(name)}</a>`;
}

/** The request as a command line; strange characters of the path are percent-encoded, except those that need not be. */
function curlOf(
  method: string,
  path: string,
  parameters: readonly ParameterObject[],
  body: readonly [string, Media] | undefined,
): string {
  const filled = parameters
    .filter((parameter) => parameter.in === 'path')
    .reduce((url, { name, example, content }) => {
      const value = encodeURIComponent(written(example ?? mediaOf(content)?.example)).replaceAll('%3A', ':');
      return url.replace(`{${name}}`, value);
    }, path);
  const words = ['curl', ...(method === 'get' ? [] : ['-X', method.toUpperCase()]), `http://localhost:7070${filled}`];
  if (body) words.push('-H', `'Content-Type: ${body[0]}'`, '-d', `'${JSON.stringify(body[1].example)}'`);
  return words.join(' ');
}

function isTryable(method: string, { responses }: Operation): boolean {
  const success = responses[200];
  return (
    method === 'get' && success !== undefined && 'content' in success && 'application/json' in (success.content ?? {})
  );
}

const mediaOf = (content: ParameterObject['content']): Media | undefined => Object.values(content ?? {})[0];

function resolved(
  parameter: ParameterObject | Reference,
  components: OpenApi['components']['parameters'],
): ParameterObject {
  if (!('$ref' in parameter)) return parameter;
  const found = components[parameter.$ref.slice(parameter.$ref.lastIndexOf('/') + 1)];
  if (!found) throw new RangeError(`${parameter.$ref} is not in the document`);
  return found;
}

/** A value as it stands in a path. */
const written = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value ?? ''));

const json = (value: unknown): string => text(typeof value === 'string' ? value : JSON.stringify(value, null, 2));

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text inside of HTML and of its attributes. */
function text(value: string): string {
  return value.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
}

function hashOf(code: string): string {
  return `sha256-${createHash('sha256').update(code).digest('base64')}`;
}
