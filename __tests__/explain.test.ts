import { readFileSync } from 'node:fs';
import { execa } from 'execa';
import { explainField } from '../chart/explain/explain-field.ts';
import { type ExplainedUse, explainValue } from '../chart/explain/explain-value.ts';
import { explainedProgram } from '../chart/explain/explained-program.ts';
import { findField } from '../chart/explain/find-field.ts';
import { schemaLines } from '../chart/explain/schema-lines.ts';
import { below, endOf, fieldOf, isOpenKey, type SlotPath } from '../chart/explain/slot-path.ts';
import { type SourceLine, SourceProject } from '../chart/explain/source-project.ts';
import type { LineRange } from '../chart/explain/template-spot.ts';
import { leavesOf } from '../chart/explain/value-path.ts';
import type { Program } from '../chart/program.ts';
import { type Explanation, explanationText, SCHEMA } from '../scripts/explain.ts';
import { programs } from '../scripts/programs.ts';

const project = new SourceProject(process.cwd());
const all = programs as unknown as Program[];
const chatbot = explainedProgram(all[0]!, { project, schema: SCHEMA, generated: ['imports'] }, all);
const paths = chatbot.objects.all.flatMap(({ slot }) => pathsBelow([slot]));

afterAll(() => project.close());

describe('of the whole program', () => {
  test('every value is declared at one line, which has its key', () => {
    const wrong = leavesOf(chatbot.shape).filter(({ path }) => {
      const lines = schemaLines(path, SCHEMA, project);
      return lines.length !== 1 || !sourceOf(lines[0]!).includes(path.split('.').at(-1)!);
    });

    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  test('every field is found under the name that it is told by', () => {
    const lost = paths.filter((path) => {
      const field = fieldOf(path, chatbot.exploration);
      const found = findField(path[0], field, chatbot.exploration, chatbot.evaluation);
      return !found.some((each) => each.length === path.length && each.every((slot, i) => slot === path[i]));
    });

    expect(paths.length).toBeGreaterThan(1000);
    expect(lost.map((path) => fieldOf(path, chatbot.exploration))).toEqual([]);
  });

  test('the lines of every leaf have its key and read each of its values', () => {
    const wrong = paths.flatMap((path) => {
      if (endOf(path).children.length > 0) return [];
      const text = chatbot.lines.of(path).map(templateText).join('\n');
      const last = endOf(path);
      const key = last.kind === 'key' && !isOpenKey(last, chatbot.exploration) ? [last.key] : [];
      const missing = [...key, ...valuesIn(path)].filter((word) => !text.includes(word));
      return missing.map((word) => `${path[0].key} ${fieldOf(path, chatbot.exploration)}: ${word}`);
    });

    expect(wrong).toEqual([]);
  });
});

describe('a value', () => {
  test.each<[string, string[]]>([
    [
      'frontend.replicaCount',
      [
        'Deployment/todo-frontend spec.replicas: value when frontend.autoscaling.enabled is off',
        'HorizontalPodAutoscaler/todo-frontend spec.minReplicas: value when frontend.autoscaling.enabled is on and frontend.autoscaling.minReplicas is null',
      ],
    ],
    [
      'backend.service.type',
      [
        'Service/todo-backend spec.ports[http].nodePort: presence when backend.service.type is NodePort and backend.service.nodePort is set',
        'Service/todo-backend spec.type: value',
        'NetworkPolicy/todo-backend spec.ingress[0]: presence when networkPolicy.enabled is on and backend.service.type is ClusterIP',
        'NetworkPolicy/todo-backend spec.ingress[0]: presence when networkPolicy.enabled is on and backend.service.type is not ClusterIP',
      ],
    ],
    ['backend.nodeSelector', ['Deployment/todo-backend spec.template.spec.nodeSelector.*: each']],
    [
      'config.nodeEnv',
      [
        'ConfigMap/todo-config data.NODE_ENV: value when config.scope is shared',
        'Deployment/todo-backend spec.template.metadata.annotations[checksum/config]: hash when config.scope is shared',
        'Deployment/todo-frontend spec.template.metadata.annotations[checksum/config]: hash',
      ],
    ],
  ])('%s is told with its objects, fields and conditions', (path, expected) => {
    expect(explainValue(path, chatbot).uses.map(inShort)).toEqual(expected);
  });

  test('is told with the lines that print it in the chart that synth wrote', () => {
    const [nodePort] = explainValue('backend.service.type', chatbot).uses;

    const text = nodePort!.lines.map(committedText).join('\n');

    expect(text).toMatch(/nodePort: \{\{ .*\.nodePort \}\}/);
    expect(text).toContain('.Values.backend.service');
  });

  test('is told with its default in each preset, its rules and the notes', () => {
    const { defaults, rules, mentions } = explainValue('frontend.service.type', chatbot);

    expect(defaults).toEqual({ 'todo-chatbot': 'NodePort', 'todo-app': 'NodePort' });
    expect(rules).toEqual([
      expect.stringContaining('when backend.service.type is NodePort and frontend.service.type is NodePort,'),
    ]);
    expect(mentions.map(({ file, text }) => [file, text.includes('.Values.frontend.service.type')])).toEqual([
      ['templates/NOTES.txt', true],
      ['templates/NOTES.txt', true],
      ['templates/NOTES.txt', true],
    ]);
  });
});

describe('a field', () => {
  test('is told with what made it', () => {
    const [image] = explainField('Deployment/todo-backend', 'spec.template.spec.containers[0].image', chatbot);

    expect(image!.byDefault).toEqual(['hackathon-todo-backend:1.0.0']);
    expect(image!.values.map(({ path, role }) => [path, role])).toEqual([
      ['backend.image.registry', 'text'],
      ['backend.image.repository', 'text'],
      ['backend.image.digest', 'text'],
      ['backend.image.tag', 'text'],
    ]);
    expect(image!.written.map(sourceOf)).toEqual([
      'image: imageReference(props.image),',
      'containers: [container(props)],',
    ]);
    expect(image!.values[1]!.read.map(sourceOf)).toEqual([
      'export function imageReference({ registry, repository, tag, digest }: ImageProps): string {',
    ]);
  });

  test('is followed through the constructs that passed it on, up to build', () => {
    const [replicas] = explainField('backend-deployment.yaml', 'spec.replicas', chatbot);

    expect(replicas!.written.map(sourceOf)).toEqual([
      'replicas: props.replicas,',
      'replicas: autoscaling === undefined ? replicaCount : undefined,',
    ]);
    expect(replicas!.values.map(({ path, read }) => [path, read.map(sourceOf)])).toEqual([
      ['backend.replicaCount', ['...values.backend,']],
      ['backend.autoscaling.enabled', [expect.stringContaining('autoscaling.enabled ?? true')]],
    ]);
    expect(replicas!.made.map(({ file }) => file)).toEqual([
      'constructs/web-deployment.ts',
      'constructs/web-tier.ts',
      'constructs/todo-backend.ts',
      'constructs/todo.ts',
      'scripts/programs.ts',
    ]);
  });

  test('is told with the lines that read a value for its own object, not for another one', () => {
    const [port] = explainField('Service/todo-backend', 'spec.ports[http].port', chatbot);

    expect(port!.values[0]!.read.map(sourceOf)).toEqual([
      '...props.service,',
      'port: props.service?.port ?? props.port,',
    ]);
  });

  test('that may be written in two places is told with the key around both', () => {
    const [name] = explainField('Deployment/todo-backend', 'spec.template.spec.containers[0].env[PORT].name', chatbot);

    expect(name!.written.map(sourceOf)[0]).toBe('env: [...props.env, ...environment(props.extraEnv ?? [])],');
  });

  test('is written in constructs, and not where the schema declares its value', () => {
    const [host] = explainField('Ingress/todo', 'spec.rules[0].host', chatbot);

    expect(host!.written.map(({ file }) => file)).toEqual(['constructs/routing.ts']);
  });

  test("of one of two items that stand in each other's place has its own lines alone", () => {
    const [exposed, inside] = explainField('NetworkPolicy/todo-backend', 'spec.ingress[0]', chatbot);

    expect(exposed!.lines.flatMap(({ text }) => text)[0]).toMatch('ne .Values.backend.service.type "ClusterIP"');
    expect(inside!.lines.flatMap(({ text }) => text)[0]).toMatch('eq .Values.backend.service.type "ClusterIP"');
    expect(inside!.lines.flatMap(({ text }) => text).join()).not.toMatch('ne .Values');
  });

  test('of an object that generated classes make names nothing generated', () => {
    const [interval] = explainField('ExternalSecret/todo-db-secret', 'spec.refreshInterval', chatbot);

    expect(interval!.written.map(sourceOf)).toEqual(["refreshInterval: refreshInterval ?? '1h',"]);
    expect(interval!.made.map(({ file }) => file)).not.toContain('imports/external-secrets.io.ts');
  });

  test('that is hashed leads to the hash, and to what was hashed', () => {
    const [checksum] = explainField(
      'Deployment/todo-frontend',
      'spec.template.metadata.annotations.checksum/config',
      chatbot,
    );

    expect(checksum!.written.map(sourceOf).at(-1)).toBe('this.hash = sha256(props.data);');
    const port = checksum!.values.find(({ path }) => path === 'backend.service.port');
    expect(port!.read.map(sourceOf)).toEqual([expect.stringMatching(/^BACKEND_PORT: /)]);
  });
});

describe('the text', () => {
  test.each(['backend.service.type', 'backend.service', 'commonLabels', 'secret.existingSecret'])(
    'of %s fits into 80 columns, but for names that do not',
    (path) => {
      expect(tooLong({ preset: 'todo-chatbot', value: explainValue(path, chatbot) })).toEqual([]);
    },
  );

  test.each([
    ['Deployment/todo-backend', ''],
    ['Deployment/todo-backend', 'spec.template.spec.containers[backend]'],
    ['ConfigMap/todo-config', 'data.BACKEND_URL'],
  ])('of %s %s fits into 80 columns', (object, field) => {
    expect(tooLong({ preset: 'todo-chatbot', fields: explainField(object, field, chatbot) })).toEqual([]);
  });

  function tooLong(explanation: Explanation): string[] {
    return explanationText(explanation)
      .split('\n')
      .filter((line) => line.length > 80 && line.trim().includes(' '));
  }
});

describe('the command', () => {
  test('prints a value of the preset that is asked for', async () => {
    const { stdout, exitCode } = await command('config.scope', '--preset', 'todo-app');

    expect(exitCode).toBe(0);
    expect(stdout.split('\n')[0]).toBe('config.scope');
    expect(stdout).toContain('  default   frontend (todo-app)');
    expect(stdout).toContain('Templates are those of dist/todo-app/chart.');
  });

  test('prints JSON', async () => {
    const { stdout } = await command('service/todo-frontend', 'spec.ports[0].port', '--json');

    expect(JSON.parse(stdout)).toMatchObject({
      preset: 'todo-chatbot',
      fields: [{ object: 'Service/todo-frontend', field: 'spec.ports[http].port', byDefault: [3000] }],
    });
  });

  test.each([
    [['backend.service.typ'], 1, 'backend.service.typ is not a value; did you mean backend.service.type?'],
    [['backend', '--preset', 'x'], 1, "'x' is no preset; expected one of todo-chatbot, todo-app"],
    [[], 2, 'Nothing to explain: name a value, or an object and its field; see npm run explain -- --help'],
    [['a', 'b', 'c'], 2, "Unexpected argument 'c'; see npm run explain -- --help"],
    [['--nope'], 2, "Unknown option '--nope'; see npm run explain -- --help"],
  ])('refuses %j with exit code %d', async (args, code, message) => {
    const { stdout, stderr, exitCode } = await command(...args);

    expect({ stdout, stderr, exitCode }).toEqual({ stdout: '', stderr: message, exitCode: code });
  });

  function command(...args: string[]) {
    return execa(process.execPath, ['--import', 'tsx', 'scripts/explain.ts', ...args], { reject: false });
  }
});

function pathsBelow(path: SlotPath): SlotPath[] {
  const children = endOf(path).children.filter(({ kind }) => kind !== 'argument');
  return [path, ...children.flatMap((child) => pathsBelow(below(path, child)))];
}

/** The last keys of the values that a leaf is made of. */
function valuesIn(path: SlotPath): string[] {
  const { marks } = chatbot.exploration.explorer;
  const texts = endOf(path).rows.map(({ value }) => (value.kind === 'leaf' ? String(value.json) : ''));
  return texts
    .flatMap((text) => marks.parts(text))
    .flatMap((part) =>
      typeof part === 'string' || part.kind === 'hash' ? [] : (part.reference.id.split('.').at(-1) ?? []),
    )
    .filter((word) => !word.endsWith('[]'));
}

function templateText({ file, from, to }: LineRange): string {
  return linesOf(chatbot.files.get(file)!, from, to);
}

/** The same lines of the chart in dist/. */
function committedText({ file, from, to }: LineRange): string {
  return linesOf(readFileSync(`dist/todo-chatbot/chart/${file}`, 'utf8'), from, to);
}

function linesOf(text: string, from: number, to: number): string {
  return text
    .split('\n')
    .slice(from - 1, to)
    .join('\n');
}

function inShort({ object, field, role, when }: ExplainedUse): string {
  return `${object} ${field}: ${role}${when === '' ? '' : ` when ${when}`}`;
}

/** What stands at a line, read from the file itself. */
function sourceOf({ file, line }: SourceLine): string {
  return readFileSync(file, 'utf8').split('\n')[line - 1]!.trim();
}
