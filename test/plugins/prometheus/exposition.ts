/** A strict reader of the text format (prometheus.io/docs/instrumenting/exposition_formats, version 0.0.4). */

export interface Metric {
  readonly type: string;
  readonly help: string;
  readonly samples: {
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly value: number;
  }[];
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\n"])*)"(,|$)/y;
const SAMPLE = new RegExp(`^(${NAME})(?:\\{(.*)\\})? ([-+]?(?:\\d+(?:\\.\\d+)?(?:e[-+]?\\d+)?|Inf|NaN))$`);

/** Reads a whole answer; throws at the first line that is not allowed, is out of place or says something twice. */
export function parseExposition(text: string): Map<string, Metric> {
  const metrics = new Map<string, Metric>();
  const seen = new Set<string>();
  let help: { name: string; text: string } | undefined;
  let current: { name: string; metric: Metric } | undefined;
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  for (const [index, line] of text.slice(0, -1).split('\n').entries()) {
    const fail = (why: string): never => {
      throw new Error(`line ${index + 1}: ${why}: ${line}`);
    };
    if (line === '') continue;
    const [, kind, name = '', rest = ''] = new RegExp(`^# (HELP|TYPE) (${NAME}) (.*)$`).exec(line) ?? [];
    if (kind === 'HELP') {
      if (metrics.has(name)) fail('a metric twice');
      help = { name, text: rest };
    } else if (kind === 'TYPE') {
      if (!/^(counter|gauge|histogram|summary|untyped)$/.test(rest)) fail('an unknown type');
      if (help?.name !== name || metrics.has(name)) fail('a type without help, or twice');
      current = { name, metric: { type: rest, help: help?.text ?? '', samples: [] } };
      metrics.set(name, current.metric);
    } else {
      const [, sample = '', labelText, value = ''] = SAMPLE.exec(line) ?? fail('no sample');
      const family = current?.metric.type === 'histogram' ? sample.replace(/_(bucket|sum|count)$/, '') : sample;
      if (!current || current.name !== family) fail('a sample outside of its metric');
      const labels = readLabels(labelText) ?? fail('labels');
      const id = `${sample}${JSON.stringify(Object.entries(labels).sort())}`;
      if (seen.has(id)) fail('a sample twice');
      seen.add(id);
      current?.metric.samples.push({ name: sample, labels, value: Number(value.replace('Inf', 'Infinity')) });
    }
  }
  return metrics;
}

function readLabels(text: string | undefined): Record<string, string> | undefined {
  const labels: Record<string, string> = {};
  if (text === undefined) return labels;
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < text.length) {
    const [, name = '', value = ''] = LABEL.exec(text) ?? [];
    if (name === '' || name in labels) return undefined;
    labels[name] = value.replace(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character));
  }
  return labels;
}
