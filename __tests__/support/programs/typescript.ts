import type {
  Condition,
  Entry,
  Expression,
  Field,
  Item,
  ProgramDescription,
  Schema,
  Source,
  Statement,
} from './description.ts';
import { flavours } from './flavours.ts';
import { bracketed } from './layout.ts';

/** The program as TypeScript: `defineProgram({...})`, with what it calls in scope. */
export function typescriptOf(program: ProgramDescription, name = 'demo'): string {
  const notes =
    program.notes.length === 0 ? [] : [`notes: (values, release) => ${listText(program.notes.map(text))}.join('\\n')`];
  return `defineProgram(${bracketed('{', '}', [
    `name: '${name}'`,
    "version: '1.0.0'",
    `values: z.object(${fieldsText(program.fields)})`,
    `build: (chart, values, release) => ${blockText(program.build)}`,
    ...notes,
  ])})`;
}

function fieldsText(fields: readonly Field[]): string {
  return bracketed(
    '{',
    '}',
    fields.map((field) => `${keyText(field.key)}: ${schemaText(field.schema)}${fallbackText(field)}`),
  );
}

function fallbackText({ schema, fallback }: Field): string {
  if (fallback === undefined) return '';
  return `.${schema.kind === 'object schema' ? 'prefault' : 'default'}(${JSON.stringify(fallback)})`;
}

function schemaText(schema: Schema): string {
  switch (schema.kind) {
    case 'string schema':
      return `z.string()${schema.min === undefined ? '' : `.min(${schema.min})`}${regexText(schema.pattern)}`;
    case 'number schema': {
      const bounds = `${schema.min === undefined ? '' : `.min(${schema.min})`}${schema.max === undefined ? '' : `.max(${schema.max})`}`;
      return `${schema.integer ? 'z.int()' : 'z.number()'}${bounds}`;
    }
    case 'quantity schema':
      return 'z.union([z.string().regex(/^[0-9.]+(m|[KMG]i)?$/), z.number()])';
    case 'boolean schema':
      return 'z.boolean()';
    case 'opaque schema':
      return 'z.unknown()';
    case 'enum schema':
      return `z.enum(${JSON.stringify(schema.options)})`;
    case 'nullable schema':
      return `${schemaText(schema.of)}.nullable()`;
    case 'optional schema':
      return `${schemaText(schema.of)}.optional()`;
    case 'list schema':
      return `z.array(${schemaText(schema.of)})${schema.min === undefined ? '' : `.min(${schema.min})`}`;
    case 'map schema':
      return `z.record(z.string()${regexText(schema.keys)}, ${schemaText(schema.of)})`;
    case 'object schema':
      return `z.object(${fieldsText(schema.fields)})`;
  }
}

function regexText(pattern: string | undefined): string {
  return pattern === undefined ? '' : `.regex(/${pattern}/)`;
}

function blockText(statements: readonly Statement[]): string {
  return bracketed('{', '}', statements.map(statementText), '');
}

function statementText(statement: Statement): string {
  switch (statement.kind) {
    case 'document':
      return `${flavours[statement.flavour]!.text(text(statement.id), new Map(statement.parts.map((part) => [part.name, text(part.value)])))};`;
    case 'if': {
      const orElse = statement.no.length === 0 ? '' : ` else ${blockText(statement.no)}`;
      return `if (${conditionText(statement.when)}) ${blockText(statement.yes)}${orElse}`;
    }
    case 'for': {
      const { names, filter } = statement.over;
      const name = names.length === 1 ? names[0] : `[${names.join(', ')}]`;
      const head = filter === undefined ? '' : `if (${conditionText(filter)}) `;
      return `for (const ${name} of ${iterated({ ...statement.over, filter: undefined })}) ${head}${blockText(statement.body)}`;
    }
    case 'destructure':
      return `const { ${statement.names.join(', ')} } = ${statement.from};`;
    case 'let':
      return `const ${statement.name} = ${isCondition(statement.value) ? conditionText(statement.value) : text(statement.value)};`;
    case 'push':
      return `${statement.name}.push(${text(statement.item)});`;
    case 'assign':
      return `Object.assign(${statement.name}, ${text(statement.value)});`;
  }
}

const CONDITIONS: readonly string[] = [
  'is true',
  'is set',
  'has items',
  'has keys',
  'is option',
  'not',
  'and',
  'or',
] satisfies Condition['kind'][];

export function isCondition(node: { readonly kind: string }): node is Condition {
  return CONDITIONS.includes(node.kind);
}

/** An expression as code that stands alone. */
function text(expression: Expression): string {
  switch (expression.kind) {
    case 'literal':
      return JSON.stringify(expression.json);
    case 'undefined':
      return 'undefined';
    case 'reference':
      return expression.text;
    case 'template':
      return `\`${expression.parts.map(templatePart).join('')}\``;
    case 'choose':
      return `(${conditionText(expression.when)} ? ${text(expression.yes)} : ${text(expression.no)})`;
    case 'coalesce':
      return `(${text(expression.value)} ?? ${text(expression.or)})`;
    case 'object':
      return bracketed('{', '}', expression.entries.map(entryText));
    case 'list':
      return listText(expression.items.map(itemText));
    case 'map':
      return `${iterated(expression.source)}.${expression.flat ? 'flatMap' : 'map'}(${parameters(expression.source)} => ${bodyText(expression.item)})`;
    case 'from entries': {
      const pair = listText([text(expression.key), text(expression.value)]);
      return `Object.fromEntries(${iterated(expression.source)}.map(${parameters(expression.source)} => ${pair}))`;
    }
    case 'condition':
      return `(${conditionText(expression.of)})`;
    case 'hash':
      return `sha256(${text(expression.of)})`;
    case 'forbidden':
      return `(${expression.code.replaceAll('#', expression.over)})`;
  }
}

function bodyText(expression: Expression): string {
  const body = text(expression);
  return body.startsWith('{') ? `(${body})` : body;
}

function templatePart(part: Expression): string {
  if (part.kind !== 'literal') return `\${${text(part)}}`;
  return JSON.stringify(String(part.json))
    .slice(1, -1)
    .replaceAll('\\"', '"')
    .replace(/`|\$\{/g, '\\$&');
}

function entryText(entry: Entry): string {
  switch (entry.kind) {
    case 'entry': {
      const { key } = entry;
      const name = key.kind === 'literal' ? keyText(String(key.json)) : `[${text(key)}]`;
      return `${name}: ${text(entry.value)}`;
    }
    case 'spread entries':
      return `...${text(entry.value)}`;
    case 'optional entries':
      return entry.and
        ? `...(${joined(entry.when)} && ${text(entry.value)})`
        : `...(${conditionText(entry.when)} ? ${text(entry.value)} : {})`;
  }
}

function itemText(item: Item): string {
  switch (item.kind) {
    case 'item':
      return text(item.value);
    case 'spread items':
      return `...${text(item.value)}`;
    case 'optional items':
      return `...(${conditionText(item.when)} ? ${text(item.value)} : [])`;
  }
}

function iterated(source: Source): string {
  const all = source.from === 'list' ? source.over : `Object.${source.from}(${source.over})`;
  return source.filter === undefined ? all : `${all}.filter(${parameters(source)} => ${conditionText(source.filter)})`;
}

function parameters({ names }: Source): string {
  return names.length === 1 ? `(${names[0]})` : `([${names.join(', ')}])`;
}

function conditionText(condition: Condition): string {
  switch (condition.kind) {
    case 'is true':
      return condition.over;
    case 'is set':
      return `${condition.over} !== null`;
    case 'has items':
      return `${condition.over}.length > 0`;
    case 'has keys':
      return `Object.keys(${condition.over}).length > 0`;
    case 'is option':
      return `${condition.over} === ${JSON.stringify(condition.option)}`;
    case 'not':
      return `!${/^[\w.]+$/.test(conditionText(condition.of)) ? conditionText(condition.of) : `(${conditionText(condition.of)})`}`;
    case 'and':
      return `${joined(condition.left)} && ${joined(condition.right)}`;
    case 'or':
      return `${joined(condition.left)} || ${joined(condition.right)}`;
  }
}

function joined(condition: Condition): string {
  return condition.kind === 'and' || condition.kind === 'or'
    ? `(${conditionText(condition)})`
    : conditionText(condition);
}

function keyText(key: string): string {
  return /^[A-Za-z_]\w*$/.test(key) && key !== '__proto__' ? key : JSON.stringify(key);
}

function listText(items: readonly string[]): string {
  return bracketed('[', ']', items);
}
