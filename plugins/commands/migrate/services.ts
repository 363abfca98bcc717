import { addressOf, brokerUrl, credentials, lineOf } from './address.ts';
import type { Draft, Fields } from './draft.ts';
import { flagOf, type Section } from './section.ts';

/** Sections for what is around the house: network, MQTT, InfluxDB, log, database, proxies. */

export function migrateMqtt(root: Section, draft: Draft): void {
  const section = root.section('mqtt');
  const broker = section?.text('broker');
  if (!section || broker === undefined) return;
  const login = credentials(section, draft);
  const address = addressOf(brokerUrl(broker), ['mqtt', 'broker'], draft);
  const insecure = section.flag('insecure');
  draft.broker = { broker: address, ...login, ...(insecure && { insecure }) };
  const fields: Fields = { ...draft.broker };
  for (const key of ['topic', 'clientId']) {
    const text = section.text(key);
    if (text !== undefined) fields[key] = text;
  }
  for (const key of ['caCert', 'clientCert', 'clientKey']) {
    const text = section.text(key);
    if (text !== undefined) fields[key] = key === 'clientKey' ? draft.secret(['mqtt', key], text) : text;
  }
  section.close();
  draft.config.mqtt = fields;
}

export function migrateInflux(root: Section, draft: Draft): void {
  const section = root.section('influx');
  const url = section?.text('url');
  if (!section || url === undefined) return;
  const fields: Fields = { url: addressOf(url, ['influx', 'url'], draft) };
  for (const key of ['database', 'org']) {
    const text = section.text(key);
    if (text !== undefined) fields[key] = text;
  }
  const token = section.text('token');
  if (token !== undefined) fields.token = draft.secret(['influx', 'token'], token);
  Object.assign(fields, credentials(section, draft));
  if (section.flag('insecure')) fields.insecure = true;
  section.close();
  draft.config.influx = fields;
}

export function migrateNetwork(root: Section, draft: Draft): void {
  const section = root.section('network', ['rest']);
  const port = section?.number('port');
  draft.config.web = true;
  if (port !== undefined && port !== 7_070) draft.config.rest = { port };
  const host = section?.text('host');
  const external = section?.text('externalUrl');
  section?.text('schema');
  section?.close();
  if (host?.endsWith('.local') || external !== undefined) {
    draft.config.mdns = {
      ...(host?.endsWith('.local') && { host }),
      ...(external !== undefined && { externalUrl: external }),
    };
  } else if (host !== undefined) {
    draft.lost(
      ['rest'],
      section?.line,
      'host has no counterpart: the program listens at all addresses of this machine',
    );
  }
}

const LEVELS: Readonly<Record<string, string>> = {
  trace: 'debug',
  debug: 'debug',
  info: 'info',
  warn: 'warn',
  error: 'error',
  fatal: 'error',
};

export function migrateLog(root: Section, draft: Draft): void {
  const level = root.text('log')?.toLowerCase();
  const ours = level === undefined ? undefined : LEVELS[level];
  if (level !== undefined && ours === undefined) draft.lost(['log'], root.get('log')?.line, 'log is no level');
  if (ours !== undefined && ours !== 'info') draft.config.log = ours;
  if (root.get('levels'))
    draft.lost(['log'], root.get('levels')?.line, 'levels has no counterpart: areas are called otherwise here');
}

export function migrateInterval(root: Section, draft: Draft): void {
  const seconds = root.seconds('interval');
  if (seconds !== undefined) draft.config.interval = seconds;
}

/** Its settings and sessions come over with `evcc import`. */
export function migrateDatabase(root: Section, draft: Draft): void {
  const entry = root.get('database');
  if (!entry) return;
  draft.lost(
    ['database'],
    entry.line,
    'the database is not taken over: bring its sessions and settings here with evcc import',
  );
}

export function migrateProxies(root: Section, draft: Draft): void {
  const proxies = root.sections('modbusproxy').flatMap((section): Fields[] => {
    const port = section.number('port');
    const mode = section.text('readonly')?.toLowerCase();
    const line = lineOf({ ...section, number: (key) => (key === 'port' ? undefined : section.number(key)) });
    const { host, port: target, id: _id, ...rest } = line;
    section.close();
    if (port === undefined) {
      draft.lost(['modbusproxy'], section.line, 'a Modbus proxy without port is left out');
      return [];
    }
    const uri: Fields =
      host === undefined ? {} : { uri: `${String(host)}${target === undefined ? '' : `:${String(target)}`}` };
    // evcc writes through unless told otherwise.
    return [{ port, ...uri, ...rest, readonly: mode === 'deny' ? 'deny' : (flagOf(mode ?? false) ?? false) }];
  });
  if (proxies.length > 0) draft.config.modbusproxy = proxies;
}

/** Relays of § 14a EnWG are the only interface of the operator that is the same in both. */
export function migrateHems(root: Section, draft: Draft): void {
  const section = root.section('hems');
  if (!section) return;
  const type = section.text('type')?.toLowerCase();
  draft.lost(
    ['hems'],
    section.line,
    `hems of the type "${type ?? ''}" has no counterpart: see docs/circuits.md for contacts and values of ours`,
  );
}

/** What is not needed here, or is something else. */
const OTHERS: Readonly<Record<string, string>> = {
  sponsortoken: 'is not needed here',
  plant: 'is not needed here',
  telemetry: 'is not taken over: this program sends nothing unless its section telemetry names an address',
  metrics: 'is the section prometheus here',
  profile: 'is not there',
  eebus: 'has no counterpart',
  javascript: 'has no counterpart: sources of the kind javascript hold their code themselves',
  go: 'has no counterpart',
  menu: 'has no counterpart',
  uri: 'is not used any more',
  shm: 'has no counterpart',
  mcp: 'has no counterpart',
  ocpp: 'has no counterpart: stations are listed in the section ocpp',
};

export function migrateOthers(root: Section, draft: Draft): void {
  for (const [key, what] of Object.entries(OTHERS)) {
    const entry = root.get(key);
    if (!entry) continue;
    if (key === 'metrics' && flagOf(entry.value)) draft.config.prometheus = true;
    else if (!(key === 'metrics' || key === 'profile')) draft.lost([], entry.line, `${entry.key} ${what}`);
  }
}
