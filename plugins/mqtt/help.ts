import type { MqttSetup } from './options.ts';

/** How to look and how to steer from a shell, as lines for the terminal. */
export function helpLines(setup: MqttSetup): readonly string[] {
  const { address, root, user } = setup;
  const where = `MQTT: ${address.url}, topics below ${root}`;
  // Mosquitto's commands speak no WebSocket.
  if (address.url.startsWith('ws')) return [where];
  const login = [
    `-h ${quoted(address.host)}`,
    ...(address.port === 1883 ? [] : [`-p ${address.port}`]),
    ...(user === undefined ? [] : [`-u ${quoted(user)} -P '<password>'`]),
    ...(address.tls ? [setup.ca === undefined ? '--tls-use-os-certs' : "--cafile '<file>'"] : []),
    ...(address.tls && setup.insecure ? ['--insecure'] : []),
  ].join(' ');
  return [
    where,
    `      mosquitto_sub ${login} -v -t ${quoted(`${root}/#`)}`,
    `      mosquitto_pub ${login} -t ${quoted(`${root}/loadpoints/1/mode/set`)} -m now`,
  ];
}

/** A text as one word of a shell command. */
function quoted(text: string): string {
  return /^[\w./:-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
