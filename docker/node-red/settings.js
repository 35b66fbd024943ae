// Node-RED's settings in docker-compose.yml. At the first start it takes over the example flows; from then on the flows in
// its volume are yours.
const fs = require('node:fs');
const path = require('node:path');

const EXAMPLES = '/moodstat/flows';
const FLOWS = '/data/flows.json';
const CREDENTIALS = '/data/flows_cred.json';

/** Tabs that need what the demo has not, or that do what another one does already. */
const DISABLED = ['music', 'door-music', 'mood-lamp'];

function readFlows(folder) {
  return fs
    .readdirSync(folder)
    .filter((name) => name.endsWith('.json') && name !== 'package.json')
    .flatMap((name) => JSON.parse(fs.readFileSync(path.join(folder, name), 'utf8')));
}

if (!fs.existsSync(FLOWS)) {
  const nodes = [...readFlows(EXAMPLES), ...readFlows(path.join(EXAMPLES, 'nodes', 'examples'))].map((node) => {
    if (node.type === 'mqtt-broker') return { ...node, broker: 'mosquitto' };
    return DISABLED.includes(node.id) ? { ...node, disabled: true } : node;
  });
  // Each file brings the broker along; there is one.
  const flows = [...new Map(nodes.map((node) => [node.id, node])).values()];
  fs.writeFileSync(FLOWS, JSON.stringify(flows, null, 4));
  // The password itself stays in the environment.
  const credentials = { 'moodstat-broker': { user: 'node-red', password: '${MQTT_PASSWORD}' } };
  fs.writeFileSync(CREDENTIALS, JSON.stringify(credentials, null, 4), { mode: 0o600 });
}

module.exports = {
  flowFile: FLOWS,
  flowFilePretty: true,
  // What you enter in the editor is encrypted with this; without it Node-RED makes a key of its own.
  credentialSecret: process.env.NODE_RED_CREDENTIAL_SECRET,
  uiPort: 1880,
  mqttReconnectTime: 5000,
  telemetry: { enabled: false },
  logging: { console: { level: 'info', metrics: false, audit: false } },
};
