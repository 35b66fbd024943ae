import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Fault } from '../../src/config/fault.ts';
import { checkConfig } from '../../src/config/load-config.ts';

// A configuration in which everything is right …
const FILES = {
  'moodstat.yaml': `version: 1
mqtt:
  url: mqtt://broker.local
  username: moodstat
  password: \${MQTT_PASSWORD}
  base_topic: home/emotion
broker:
  port: 1883
cameras:
  living:
    source: rtsp://user:pw@10.0.0.2/stream
    room: Living room
    fps: 5
    stall_timeout: 15s
    ffmpeg:
      input_args: -rtsp_transport tcp
  door:
    source: http://10.0.0.3/snapshot.jpg
    http: { mode: snapshot, headers: { Authorization: !secret door } }
vision:
  input_size: { width: 320, height: 256 }
mood:
  half_life: 1s
  enter: 0.5
  leave: 0.35
rules: [rules.yaml]
log: { level: info }
`,
  'rules.yaml': `version: 1
rules:
  - id: comfort-light
    alias: Warm light
    triggers:
      - { trigger: mood, camera: living, to: [sad, fear], for: "00:00:30" }
      - { trigger: numeric, camera: living, attribute: valence, below: -0.4, hysteresis: 0.1 }
    conditions:
      - { condition: time, after: "18:00", before: "23:30" }
    actions:
      - { action: mqtt.publish, topic: zigbee2mqtt/lamp/set, payload: { brightness: 120 } }
      - { action: log, message: "{{ mood.mood }}" }
    mode: single
    cooldown: "00:15:00"
  - id: other
    triggers:
      - { trigger: mood, from: happy }
    actions:
      - { action: log, message: changed }
`,
  'secrets.yaml': 'door: Basic abc\n',
};

type FileName = keyof typeof FILES;

/**
 * … and what somebody may make of it: in a file, this text is replaced by that one, where ▮ stands before every place at
 * which a fault is due, and nowhere else. Each fault's message matches.
 */
type Mutation = readonly [name: string, file: FileName, replaced: string, by: string, message: RegExp];

const MAIN: FileName = 'moodstat.yaml';
const RULES: FileName = 'rules.yaml';

const MUTATIONS: readonly Mutation[] = [
  // Not YAML, or not what YAML is good for
  ['a tab as indentation', MAIN, '  port: 1883', '▮\tport: 1883', /spaces, not with tabs/],
  ['an unclosed quote', MAIN, 'log: { level: info }\n', 'log: { level: "info }\n▮', /not valid YAML/],
  ['an unclosed list', MAIN, 'rules: [rules.yaml]\n', 'rules: [rules.yaml\n▮', /not valid YAML/],
  ['a second key on a line', MAIN, 'fps: 5', 'fps: ▮x: 5', /second `key:`/],
  ['a line indented too far', MAIN, '    fps: 5', '    fps: ▮5\n      more: 1', /not valid YAML/],
  ['a variable without quotes', MAIN, 'log: {', 'log: { format: $▮{F}, ', /"\$\{NAME\}" needs quotes/],
  ['a value without quotes', RULES, '"{{ mood.mood }}"', '{▮{ mood.mood }}', /"\{\{ mood.mood \}\}" needs quotes/],
  ['a key given twice', MAIN, '    fps: 5', '    fps: 5\n    ▮fps: 6', /given twice/],
  ['a camera given twice', MAIN, '  door:', '  ▮living:', /given twice/],
  ['a second document', MAIN, 'broker:', '▮---\nbroker:', /one file holds one/],
  ['an alias of nothing', MAIN, 'fps: 5', 'fps: ▮*fast', /no anchor `&fast`/],
  ['an alias of what it is part of', MAIN, 'rules: [rules.yaml]', 'rules: &r [▮*r]', /refers to what it is part of/],
  ['a merge of what is no section', MAIN, '    fps: 5', '    ▮<<: 5', /takes an alias/],
  ['an unknown tag', MAIN, 'fps: 5', 'fps: !include ▮fps.yaml', /unknown tag/],
  ['a prototype', MAIN, '    fps: 5', '    ▮__proto__: {}', /cannot be a key/],
  ['a camera that is a prototype', MAIN, '  door:', '  ▮__proto__:', /cannot be a key/],
  ['a list as a key', MAIN, '  door:', '  ? ▮[door]\n  :', /plain text/],
  ['a list as the whole', MAIN, FILES[MAIN], '▮- a\n- b\n', /expected a section/],
  ['text as the whole', MAIN, FILES[MAIN], '▮hello\n', /expected a section/],
  // Wrong names
  [
    'a slip in a key of a camera',
    MAIN,
    'fps: 5',
    '▮fsp: 5',
    /^cameras.living: unknown key `fsp`; did you mean `fps`\?$/,
  ],
  ['a slip in a section', MAIN, 'broker:', '▮brokr:', /^unknown key `brokr`; did you mean `broker`\?$/],
  ['a key of another program', MAIN, 'url: mqtt', '▮server: mqtt', /unknown key `server`; known here: url,/],
  ['a key two levels down', MAIN, 'input_args:', '▮inputargs:', /did you mean `input_args`\?/],
  ['two slips in one section', MAIN, 'enter: 0.5\n  leave', '▮entre: 0.5\n  ▮leaves', /did you mean `(enter|leave)`\?/],
  ['a camera named bridge', MAIN, '  door:', '  ▮bridge:', /cannot be named `bridge`/],
  ['a camera name with a slash', MAIN, '  door:', '  ▮a/b:', /expected a camera name .*, found "a\/b"/],
  ['a camera name in upper case', MAIN, '  door:', '  ▮Door:', /found "Door"/],
  ['a camera name with a wildcard', MAIN, '  door:', '  ▮"+":', /found "\+"/],
  ['an empty camera name', MAIN, '  door:', '  ▮"":', /found ""/],
  ['a camera name that is too long', MAIN, '  door:', `  ▮${'x'.repeat(65)}:`, /at most 64 characters/],
  // Wrong values
  ['text for a number', MAIN, 'fps: 5', 'fps: ▮fast', /fps: expected a number from 0.1 to 60, found "fast"$/],
  ['a number in quotes', MAIN, 'fps: 5', 'fps: ▮"5"', /expected a number from 0.1 to 60, found "5"$/],
  ['a number too small', MAIN, 'fps: 5', 'fps: ▮0', /expected a number from 0.1 to 60, found 0$/],
  ['a number too large', MAIN, 'fps: 5', 'fps: ▮1000', /found 1000$/],
  ['not a number', MAIN, 'fps: 5', 'fps: ▮.nan', /found NaN$/],
  ['a list for a number', MAIN, 'fps: 5', 'fps: ▮[5]', /found a list$/],
  ['a section for a number', MAIN, 'fps: 5', 'fps: ▮{ n: 5 }', /found a section$/],
  ['a key without a value', MAIN, 'fps: 5', '▮fps:', /found nothing$/],
  [
    'a fraction for a whole number',
    MAIN,
    'port: 1883',
    'port: ▮1883.5',
    /expected a port from 1 to 65535, found 1883.5$/,
  ],
  ['a port that cannot be', MAIN, 'port: 1883', 'port: ▮70000', /found 70000$/],
  ['yes for true', MAIN, 'fps: 5', 'enabled: ▮yes', /expected true or false, found "yes"$/],
  ['a number for text', MAIN, 'room: Living room', 'room: ▮3', /expected the name of a room, found 3$/],
  [
    'a number for a section',
    MAIN,
    'log: { level: info }',
    'log: ▮3',
    /expected a section with keys such as level, format/,
  ],
  ['a camera that is text', MAIN, '  door:\n', '  kitchen: ▮demo\n  door:\n', /^cameras.kitchen: expected a section/],
  [
    'a camera without a source',
    MAIN,
    '  door:\n    source: http://10.0.0.3/snapshot.jpg\n',
    '  ▮door:\n',
    /is missing: expected rtsp/,
  ],
  ['a camera that is empty', MAIN, '  door:\n', '  ▮kitchen:\n  door:\n', /expected a section .*, found nothing$/],
  ['a source nobody can read', MAIN, 'http://10.0.0.3', '▮ftp://10.0.0.3', /cannot read ftp:\/\//],
  ['an empty source', MAIN, 'http://10.0.0.3/snapshot.jpg', '▮" "', /found an empty text/],
  ['a password that breaks the address', MAIN, 'rtsp://user:pw@', '▮rtsp://user:p#w@', /%23/],
  ['a word that is none of the choices', MAIN, 'mode: snapshot', 'mode: ▮snapshots', /did you mean "snapshot"\?$/],
  ['a level in upper case', MAIN, 'level: info', 'level: ▮INFO', /expected one of fatal, .*; did you mean "info"\?$/],
  [
    'a duration without sense',
    MAIN,
    'half_life: 1s',
    'half_life: ▮soon',
    /expected a duration from 10ms to 10m, .*found "soon"$/,
  ],
  ['a duration of two readings', MAIN, 'stall_timeout: 15s', 'stall_timeout: ▮"00:30"', /found "00:30"$/],
  ['a duration too short', MAIN, 'stall_timeout: 15s', 'stall_timeout: ▮1ms', /from 1s to 1h, .*found "1ms"$/],
  ['a negative duration', MAIN, 'half_life: 1s', 'half_life: ▮-1', /found -1$/],
  ['a side that no model takes', MAIN, 'width: 320', 'width: ▮330', /expected a multiple of 32, found 330$/],
  ['a leave above enter', MAIN, 'leave: 0.35', 'leave: ▮0.6', /must be less than `enter`/],
  ['a refresh after the end', MAIN, 'leave: 0.35', 'valid_for: 2s\n  refresh_every: ▮3s', /goes stale between/],
  [
    'an argument that is no text',
    MAIN,
    '-rtsp_transport tcp',
    '[-timeout, ▮5]',
    /expected ffmpeg arguments.*, found 5$/,
  ],
  ['a face smaller than any', MAIN, 'fps: 5', 'min_face: ▮2', /expected a number of px .*, found 2$/],
  [
    'a zone in px',
    MAIN,
    'fps: 5',
    'ignore_zones: [{ x: ▮120, y: 0, width: 0.2, height: 0.3 }]',
    /expected a number from 0 to 1, found 120$/,
  ],
  ['a zone without a height', MAIN, 'fps: 5', 'ignore_zones: [▮{ x: 0.1, y: 0, width: 0.2 }]', /height/],
  ['a share of a face without %', MAIN, 'fps: 5', 'min_face: ▮"5"', /share of the width .*, found "5"$/],
  ['a broker that is no MQTT', MAIN, 'mqtt://broker.local', '▮http://broker.local', /mqtts:\/\/host.*, found "http:/],
  ['a broker without a host', MAIN, 'mqtt://broker.local', '▮"mqtt://"', /^mqtt.url: expected mqtt/],
  ['a password that is a number', MAIN, '${MQTT_PASSWORD}', '▮123456', /needs quotes\), found a number$/],
  ['a password without a user', MAIN, '  username: moodstat\n  password: $', '  password: ▮$', /needs a `username`/],
  [
    'a protocol that is none',
    MAIN,
    '  username: moodstat',
    '  protocol: ▮3\n  username: moodstat',
    /expected auto, 5 .*, found 3$/,
  ],
  [
    'no broker at all',
    MAIN,
    '  url: mqtt://broker.local\n  username: moodstat\n  password: ${MQTT_PASSWORD}\n  base_topic: home/emotion\nbroker:\n',
    'broker:\n  enabled: ▮false\n',
    /`mqtt.url` is needed/,
  ],
  ['a version to come', MAIN, 'version: 1', 'version: ▮2', /expected version 1/],
  ['a page for everyone', MAIN, 'log: {', 'web: { host: ▮0.0.0.0 }\nlog: {', /beyond this machine a password/],
  ['a page at a name like 127', MAIN, 'log: {', 'web: { host: ▮127.evil.example }\nlog: {', /beyond this machine/],
  ['a page under another name', MAIN, 'log: {', 'web: { allowed_hosts: ▮[a.example] }\nlog: {', /needed; write/],
  [
    'a host with a port',
    MAIN,
    'log: {',
    'web: { password: x2345678, allowed_hosts: [▮a:1] }\nlog: {',
    /without a port/,
  ],
  [
    'a proxy by name',
    MAIN,
    'log: {',
    'web: { trusted_proxies: [▮caddy, ▮10.0.0.0/33] }\nlog: {',
    /an address or a net/,
  ],
  ['a short password', MAIN, 'log: {', 'web: { password: ▮hunter2 }\nlog: {', /at least 8 characters/],
  ['a password that is a number', MAIN, 'log: {', 'web: { password: ▮12345678 }\nlog: {', /needs quotes/],
  ['pictures on the page only', MAIN, 'log: {', 'web: { live_view: ▮true }\nlog: {', /`privacy.frames: none` forbids/],
  ['a section to come', MAIN, 'log: {', '▮homeassistant: {}\nlog: {', /`homeassistant` is not supported yet/],
  ['pictures that would be kept', MAIN, 'log: {', 'privacy: { frames: ▮all }\nlog: {', /frames are never kept/],
  ['a history of a size in words', MAIN, 'log: {', 'history: { max_size: ▮huge }\nlog: {', /such as "20MB"/],
  ['a history too small for a line', MAIN, 'log: {', 'history: { max_size: ▮100B }\nlog: {', /from 10 kB/],
  ['a history of minus one file', MAIN, 'log: {', 'history: { keep: ▮-1 }\nlog: {', /from 0 to/],
  // Base topics
  ['a base topic with +', MAIN, 'base_topic: home/emotion', 'base_topic: ▮home/+', /wildcards/],
  ['a base topic with #', MAIN, 'base_topic: home/emotion', 'base_topic: ▮"home/#"', /wildcards/],
  ['a base topic of the broker', MAIN, 'base_topic: home/emotion', 'base_topic: ▮$SYS/mood', /belong to the broker/],
  ['an empty base topic', MAIN, 'base_topic: home/emotion', 'base_topic: ▮""', /empty text/],
  ['a base topic that begins with /', MAIN, 'base_topic: home/emotion', 'base_topic: ▮/home', /no empty levels/],
  ['a base topic that ends with /', MAIN, 'base_topic: home/emotion', 'base_topic: ▮home/', /no empty levels/],
  ['a base topic with a line break', MAIN, 'base_topic: home/emotion', 'base_topic: ▮"home\\nx"', /control characters/],
  ['a base topic that is too long', MAIN, 'base_topic: home/emotion', `base_topic: ▮${'x'.repeat(201)}`, /200 bytes/],
  ['the base topic of discovery', MAIN, 'base_topic: home/emotion', 'base_topic: ▮homeassistant', /for discovery/],
  // From elsewhere
  ['a variable that is not set', MAIN, '${MQTT_PASSWORD}', '▮${NOT_SET}', /environment has no NOT_SET/],
  ['a variable that is empty', MAIN, '${MQTT_PASSWORD}', '▮${EMPTY}', /environment has no EMPTY/],
  ['a variable without an end', MAIN, '${MQTT_PASSWORD}', '▮${MQTT_PASSWORD', /for the characters write/],
  [
    'a variable of the wrong type',
    MAIN,
    'fps: 5',
    'fps: ▮${MQTT_PASSWORD}',
    /found the value of `\$\{MQTT_PASSWORD\}`$/,
  ],
  ['a secret that is not there', MAIN, '!secret door', '!secret ▮dor', /no secret `dor`/],
  ['a secret that leads elsewhere', MAIN, '!secret door', '!secret ▮../door', /no secret/],
  [
    'a secret that is a section',
    'secrets.yaml',
    'door: Basic abc',
    'x: ▮{ y: 1 }\ndoor: Basic abc',
    /a secret is one text/,
  ],
  [
    'a rules file that is not there',
    MAIN,
    '[rules.yaml]',
    '[rules.yaml, ▮more.yaml]',
    /^rules: more.yaml: no such file$/,
  ],
  ['rules that are a folder', MAIN, '[rules.yaml]', '▮.', /a folder, not a file$/],
  ['no rules file', MAIN, '[rules.yaml]', '▮[]', /expected at least one/],
  ['a certificate that is not there', MAIN, '  username', '  ca: ▮ca.pem\n  username', /^mqtt.ca: no such file$/],
  ['a certificate that is none', MAIN, '  username', '  ca: ▮rules.yaml\n  username', /no certificate/],
  ['a model that is not there', MAIN, 'vision:', 'vision:\n  face_model: ▮faces', /no such folder/],
  ['a clip that is not there', MAIN, 'http://10.0.0.3/snapshot.jpg', '▮evening.mp4', /no such file or folder now/],
  ['a broker for everybody', MAIN, 'port: 1883', 'host: ▮0.0.0.0', /asks nobody for a password/],
  [
    'a broker that anybody may be',
    MAIN,
    '  username',
    '  reject_unauthorized: ▮false\n  username',
    /pose as the broker/,
  ],
  // Rules
  ['rules that are no list', RULES, FILES[RULES], 'rules: ▮{}\n', /expected a list of rules/],
  ['rules under another name', RULES, '\nrules:', '\n▮rule:', /did you mean `rules`\?/],
  ['rules that are no YAML', RULES, '    alias: Warm light', '▮\talias: Warm light', /tabs/],
  ['a rule that is text', RULES, '  - id: other', '  - ▮hello\n  - id: other', /^rule 2: expected a section/],
  [
    'a rule without an id',
    RULES,
    '  - id: other\n    triggers',
    '  - ▮triggers',
    /^rule 2: id is missing: expected an id/,
  ],
  ['an id that is no part of a topic', RULES, 'id: other', 'id: ▮a/b', /expected an id .*, found "a\/b"$/],
  ['an id given twice', RULES, 'id: other', 'id: ▮comfort-light', /taken by a rule in .*rules.yaml$/],
  ['a key given twice in a rule', RULES, 'mode: single', 'mode: single\n    ▮mode: single', /given twice/],
  ['a slip in a rule', RULES, 'cooldown:', '▮cooldwon:', /^rule `comfort-light`: unknown key `cooldwon`; did you mean/],
  [
    'a trigger of the past',
    RULES,
    '    triggers:\n      - { trigger: mood, from',
    '    ▮trigger:\n      - { trigger: mood, from',
    /did you mean `triggers`|is missing/,
  ],
  ['no triggers', RULES, '\n      - { trigger: mood, from: happy }', ' ▮[]', /expected at least one trigger/],
  ['no actions', RULES, '\n      - { action: log, message: changed }', ' ▮[]', /expected at least one action/],
  [
    'an unknown trigger',
    RULES,
    'trigger: mood, from',
    'trigger: ▮moood, from',
    /unknown trigger `moood`; did you mean `mood`\?/,
  ],
  [
    'keys of another trigger',
    RULES,
    '{ trigger: mood, from: happy }',
    '{ trigger: presence, ▮from: happy, event: left }',
    /triggers\[0\]: unknown key `from`; known here: trigger, camera/,
  ],
  [
    'a trigger without its kind',
    RULES,
    '{ trigger: mood, from: happy }',
    '▮{ from: happy }',
    /is missing: expected one of mood, numeric/,
  ],
  [
    'a room nobody has',
    RULES,
    'from: happy',
    'room: ▮Livingroom',
    /unknown room `Livingroom`; did you mean `Living room`/,
  ],
  ['a room and a camera', RULES, 'from: happy', 'camera: living, room: ▮Living room', /exclude each other/],
  [
    'a trigger on messages without a topic',
    RULES,
    '{ trigger: mood, from: happy }',
    '▮{ trigger: mqtt }',
    /topic is missing/,
  ],
  ['a filter that is none', RULES, 'trigger: mood, from: happy', 'trigger: mqtt, topic: ▮a/#/b', /whole last level/],
  ['half a level as a wildcard', RULES, 'trigger: mood, from: happy', 'trigger: mqtt, topic: ▮a/b+', /whole level/],
  [
    'a path that is none',
    RULES,
    'trigger: mood, from: happy',
    'trigger: mqtt, topic: a, path: ▮$..x',
    /expected a path/,
  ],
  ['a time that is no time', RULES, 'trigger: mood, from: happy', 'trigger: time, at: ▮noon', /expected a time of day/],
  ['no time at all', RULES, 'trigger: mood, from: happy', 'trigger: ▮time, weekday: mon', /needs `at` or `every`/],
  ['an offset from nothing', RULES, 'mood, from: happy', 'time, at: "7:00", offset: ▮-5m', /stands only beside/],
  ['an offset that is none', RULES, 'mood, from: happy', 'time, at: sunset, offset: ▮early', /with or without a sign/],
  ['the sun without a place', RULES, 'mood, from: happy', 'time, at: ▮sunset', /need `location` in moodstat.yaml/],
  ['a weekday that is none', RULES, 'mood, from: happy', 'time, every: 1h, weekday: ▮monday', /expected a weekday/],
  ['an event that is none', RULES, 'mood, from: happy', 'presence, event: ▮came', /expected one of arrived, left/],
  ['a group of nothing', RULES, '{ trigger: mood, from: happy }', '{ trigger: any_of, triggers: ▮[] }', /at least one/],
  [
    'a fault within a group',
    RULES,
    '{ trigger: mood, from: happy }',
    '{ trigger: any_of, triggers: [{ trigger: mood, to: ▮hapy }] }',
    /triggers\[0\].triggers\[0\].to: expected a mood/,
  ],
  [
    'an unknown mood',
    RULES,
    '[sad, fear]',
    '[sad, ▮fearful]',
    /expected one of angry, .*found "fearful"; did you mean "fear"/,
  ],
  ['an unknown single mood', RULES, 'from: happy', 'from: ▮hapy', /expected a mood \(angry, .*found "hapy"/],
  ['a mood left empty', RULES, 'from: happy', '▮from:', /found nothing$/],
  [
    'a camera nobody has',
    RULES,
    'mood, camera: living',
    'mood, camera: ▮livin',
    /unknown camera `livin`; did you mean `living`\?/,
  ],
  ['a camera and the home', RULES, 'mood, camera: living,', 'mood, camera: living, home: ▮true,', /exclude each other/],
  ['an unknown attribute', RULES, 'attribute: valence', 'attribute: ▮valance', /did you mean "valence"\?/],
  ['no limit', RULES, 'attribute: valence, below: -0.4', 'attribute: ▮valence', /needs `above` or `below`/],
  ['limits with nothing between', RULES, 'below: -0.4', 'above: ▮0, below: -0.4', /must be less than `below`/],
  ['a limit out of reach', RULES, 'below: -0.4', 'below: ▮-2', /from -1 to 100|lies from/],
  ['a percentage for a share', RULES, 'below: -0.4', 'above: ▮50', /valence lies from -1 to 1, found 50/],
  ['a time that is none', RULES, '"18:00"', '▮"25:00"', /expected a time of day .*found "25:00"$/],
  [
    'a condition on messages that asks nothing',
    RULES,
    '{ condition: time, after: "18:00", before: "23:30" }',
    '{ condition: ▮mqtt, topic: a }',
    /needs `is`, `above` or `below`/,
  ],
  [
    'a fault deep within conditions',
    RULES,
    '{ condition: time, after: "18:00", before: "23:30" }',
    '{ condition: not, conditions: [{ condition: or, conditions: [{ condition: presence, is: ▮there }] }] }',
    /conditions\[0\].conditions\[0\].conditions\[0\].is: expected one of present, absent/,
  ],
  [
    'a camera nobody has, deep within',
    RULES,
    '{ condition: time, after: "18:00", before: "23:30" }',
    '{ condition: not, conditions: [{ condition: presence, camera: ▮dor, is: absent }] }',
    /did you mean `door`/,
  ],
  ['an unknown condition', RULES, 'condition: time', 'condition: ▮tiem', /did you mean `time`\?/],
  [
    'a condition without a limit',
    RULES,
    '{ condition: time, after: "18:00", before: "23:30" }',
    '{ condition: ▮time }',
    /needs `after`/,
  ],
  [
    'a delay without end',
    RULES,
    '{ action: log, message: changed }',
    '{ action: delay, for: ▮forever }',
    /expected a duration/,
  ],
  [
    'a wait without a time',
    RULES,
    '{ action: log, message: changed }',
    '▮{ action: wait_for, triggers: [{ trigger: mood }] }',
    /timeout is missing/,
  ],
  [
    'a wait for nothing',
    RULES,
    '{ action: log, message: changed }',
    '{ action: wait_for, timeout: 1m, triggers: ▮[] }',
    /at least one trigger/,
  ],
  [
    'a choice of nothing',
    RULES,
    '{ action: log, message: changed }',
    '{ action: choose, options: ▮[] }',
    /at least one option/,
  ],
  [
    'an option without a condition',
    RULES,
    '{ action: log, message: changed }',
    '{ action: choose, options: [{ conditions: ▮[], actions: [{ action: log, message: x }] }] }',
    /at least one condition/,
  ],
  [
    'a fault within a choice',
    RULES,
    '{ action: log, message: changed }',
    '{ action: choose, options: [{ conditions: [{ condition: time, after: "1:00" }], actions: [{ action: log, message: "▮{{ x }}" }] }] }'.replace(
      '"▮{{',
      '▮"{{',
    ),
    /options\[0\].actions\[0\].message: unknown value `x`/,
  ],
  [
    'a scene nobody has',
    RULES,
    '{ action: log, message: changed }',
    '{ action: scene, scene: ▮relax }',
    /unknown scene `relax`; this file has no `scenes`/,
  ],
  [
    'an address that is none',
    RULES,
    '{ action: log, message: changed }',
    '{ action: http.request, url: ▮music.local }',
    /expected http:/,
  ],
  [
    'an address of a file',
    RULES,
    '{ action: log, message: changed }',
    '{ action: http.request, url: ▮file:///etc/passwd }',
    /expected http:/,
  ],
  [
    'a host that is not known before',
    RULES,
    '{ action: log, message: changed }',
    '{ action: http.request, url: ▮"http://{{ camera }}/x" }',
    /values cannot stand in the host/,
  ],
  [
    'a body of a GET',
    RULES,
    '{ action: log, message: changed }',
    '{ action: http.request, url: http://a/, json: ▮{ x: 1 } }',
    /a GET request sends nothing/,
  ],
  [
    'two bodies',
    RULES,
    '{ action: log, message: changed }',
    '{ action: http.request, url: http://a/, method: POST, json: { x: 1 }, body: ▮x }',
    /exclude each other/,
  ],
  [
    'a header of two lines',
    RULES,
    '{ action: log, message: changed }',
    '{ action: http.request, url: http://a/, headers: { X: ▮"a\\nb" } }',
    /a header is one line/,
  ],
  [
    'a method that is none',
    RULES,
    '{ action: log, message: changed }',
    '{ action: http.request, url: http://a/, method: ▮post }',
    /did you mean "POST"/,
  ],
  [
    'too many tries',
    RULES,
    '{ action: log, message: changed }',
    '{ action: http.request, url: http://a/, retries: ▮99 }',
    /from 0 to 10, found 99/,
  ],
  [
    'an unknown action',
    RULES,
    '{ action: log, message: changed }',
    '{ action: ▮logg }',
    /unknown action `logg`; did you mean `log`\?/,
  ],
  ['a topic with a wildcard', RULES, 'zigbee2mqtt/lamp/set', '▮zigbee2mqtt/+/set', /wildcards/],
  ['a topic of the broker', RULES, 'zigbee2mqtt/lamp/set', '▮$SYS/x', /belong to the broker/],
  ['an empty topic', RULES, 'zigbee2mqtt/lamp/set', '▮""', /empty text/],
  ['a topic too long for MQTT', RULES, 'zigbee2mqtt/lamp/set', `▮${'x'.repeat(65_536)}`, /65535 bytes/],
  ['a topic with a value in it', RULES, 'zigbee2mqtt/lamp/set', '▮"lamp/{{ camera }}/set"', /cannot stand in a topic/],
  ['a topic of our own', RULES, 'zigbee2mqtt/lamp/set', '▮home/emotion/living', /own topics/],
  ['no payload', RULES, ', payload: { brightness: 120 }', '', /payload is missing/],
  ['a payload left empty', RULES, 'payload: { brightness: 120 }', '▮payload:', /found nothing$/],
  [
    'a value nobody knows',
    RULES,
    '"{{ mood.mood }}"',
    '▮"{{ mood.moood }}"',
    /unknown value `mood.moood`; did you mean `mood.mood`/,
  ],
  [
    'a value in a payload',
    RULES,
    'brightness: 120',
    'brightness: ▮"{{ x }}"',
    /payload.brightness: unknown value `x`; known here/,
  ],
  ['something that executes', RULES, '"{{ mood.mood }}"', '▮"{{ process.exit() }}"', /unknown value/],
  ['a value without an end', RULES, '"{{ mood.mood }}"', '▮"{{ mood.mood }"', /no matching `}}`/],
  ['an unknown mode', RULES, 'mode: single', 'mode: ▮twice', /expected one of single, restart, .*found "twice"/],
  ['a maximum of one', RULES, 'mode: single', 'max: ▮5', /stands only beside `mode: queued`/],
  ['an override without an end', RULES, 'mode: single', '▮yield_to: { topic: x }', /yield_to.for is missing/],
  ['an override by all topics', RULES, 'mode: single', 'yield_to: { topic: ▮"x/#", for: 1h }', /wildcards/],
  ['a cooldown for each nobody', RULES, 'cooldown: "00:15:00"', 'cooldown: { for: 15m, per: ▮person }', /rule, camera/],
  ['quiet hours that are one', RULES, 'rules:\n', 'quiet_hours: ▮"22:00"\nrules:\n', /expected a list of windows/],
  ['quiet hours without an end', RULES, 'rules:\n', 'quiet_hours: [▮{}]\nrules:\n', /needs `after`, `before`/],
  ['a brake that never brakes', RULES, 'rules:\n', 'brake: { actions: ▮0 }\nrules:\n', /from 1 to 10000, found 0/],
  [
    'a scene that is none',
    RULES,
    'rules:\n',
    'scenes: { relax: ▮{} }\nrules:\n',
    /scene `relax`: expected a list of actions/,
  ],
  [
    'a scene that calls itself',
    RULES,
    'rules:\n',
    'scenes: { ▮relax: [{ action: scene, scene: relax }] }\nrules:\n',
    /calls itself: relax → relax/,
  ],
  [
    'a place that is none',
    MAIN,
    'log: {',
    'location: { latitude: ▮152, longitude: 13 }\nlog: {',
    /degrees north from -90 to 90/,
  ],
  ['half a place', MAIN, 'log: {', '▮location: { latitude: 52 }\nlog: {', /longitude is missing/],
  ['a time zone that is none', MAIN, 'log: {', 'time_zone: ▮Berlin\nlog: {', /such as Europe\/Berlin/],
  ['a quality of service that is none', RULES, 'payload: {', 'qos: ▮3, payload: {', /from 0 to 2, found 3/],
  ['a variable that is not set, in a rule', RULES, '"{{ mood.mood }}"', '▮"${NOT_SET}"', /environment has no NOT_SET/],
];

describe('a mutated configuration', () => {
  let root: string;
  beforeAll(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'moodstat-config-'));
  });
  afterAll(async () => {
    await rm(root, { recursive: true });
  });

  async function check(files: Readonly<Record<string, string>>): Promise<Fault[]> {
    const folder = await mkdtemp(path.join(root, 'case-'));
    await Promise.all(Object.entries(files).map(([name, text]) => writeFile(path.join(folder, name), text)));
    const env = { MQTT_PASSWORD: 'correct horse', EMPTY: '' };
    const faults = await checkConfig(path.join(folder, 'moodstat.yaml'), env, path.join(folder, 'no-secrets'));
    return faults.map((fault) => ({ ...fault, file: path.relative(folder, fault.file) }));
  }

  it('is faultless as long as nobody touches it', async () => {
    expect(await check(FILES)).toEqual([]);
  });

  it.each(MUTATIONS)('%s: one fault at each place, in words', async (_name, file, replaced, by, message) => {
    expect(FILES[file]).toContain(replaced);
    const marked = FILES[file].replace(replaced, () => by);
    const faults = await check({ ...FILES, [file]: marked.replaceAll('▮', '') });
    const expected = placesOf(marked);
    if (expected.length > 0) expect(faults.map(({ line, column }) => [line, column])).toEqual(expected);
    else expect(faults).toHaveLength(1);
    for (const fault of faults) {
      expect(fault.file).toBe(file);
      expect(fault.message).toMatch(message);
      expect(fault.message).not.toMatch(/\n|Zod|Invalid input|\bat .*:\d+:\d+|\[object|undefined|correct horse|pw@/);
    }
  });

  it('counts more than sixty of them', () => {
    expect(MUTATIONS.length).toBeGreaterThan(60);
  });
});

/** Line and column of every ▮, as if none of them were there. */
function placesOf(marked: string): [number, number][] {
  const places: [number, number][] = [];
  marked.split('\n').forEach((line, i) => {
    line
      .split('▮')
      .slice(0, -1)
      .reduce((column, part) => {
        places.push([i + 1, column + part.length + 1]);
        return column + part.length;
      }, 0);
  });
  return places;
}
