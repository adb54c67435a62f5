import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Scalar,
  visit,
  type YAMLMap,
} from 'yaml';
import { type Json, type JsonObject, setKey } from './json.ts';
import type { Refuse } from './yaml-dialect.ts';
import { isMergeKey, keyText, resolveScalar, type YamlScalar } from './yaml-scalar.ts';

/** A map under construction: the key's text -> the key as YAML resolves it, and the value. */
type Entries = Map<string, { key: YamlScalar; value: Json }>;

/**
 * Turns a parsed document into JSON as go.yaml.in/yaml/v2 and sigs.k8s.io/yaml do: aliases are copied, `<<` is merged
 * where it stands (it overrides the keys above it), keys become strings.
 */
export class YamlDecoder {
  private readonly targets: ReadonlyMap<Alias, Node>;
  private readonly open = new Set<Alias>();
  private nodes = 1;
  private aliasedNodes = 0;

  constructor(
    private readonly document: Document,
    private readonly refuse: Refuse,
  ) {
    this.targets = findTargets(document, refuse);
  }

  decode(): Json {
    return this.value(this.document.contents);
  }

  private value(node: unknown): Json {
    const value = this.resolve(node as Node | null);
    if (typeof value === 'bigint') return Number(value);
    if (typeof value === 'number' && !Number.isFinite(value)) this.fail(node, 'infinity and NaN are not JSON values');
    return value;
  }

  private resolve(node: Node | null): Json | bigint {
    if (isAlias(node)) return this.follow(node, (target) => this.resolve(target));
    this.count(node);
    if (node === null) return null;
    if (isScalar(node)) return resolveScalar(node as Scalar<string>, (why) => this.fail(node, why));
    if (isSeq(node)) return node.items.map((item) => this.value(item));
    const entries: Entries = new Map();
    this.fill(entries, node);
    return toObject(entries);
  }

  private fill(entries: Entries, map: YAMLMap): void {
    for (const { key, value } of map.items) {
      if (isMergeKey(key)) this.merge(entries, value as Node | null);
      else this.add(entries, key as Node, value);
    }
  }

  private add(entries: Entries, keyNode: Node, valueNode: unknown): void {
    const key = this.resolve(keyNode);
    if (key === null || typeof key === 'object') {
      throw this.fail(keyNode, 'a key must be a string, a number, true or false');
    }
    const text = keyText(key) ?? this.fail(keyNode, `the key ${key} is too large; put it in quotes`);
    const known = entries.get(text);
    if (known !== undefined && known.key !== key) {
      this.fail(keyNode, `there are two keys that both become "${text}", and Helm picks one at random; remove one`);
    }
    entries.set(text, { key, value: this.value(valueNode) });
  }

  private merge(entries: Entries, node: Node | null): void {
    // The first of several maps has precedence.
    for (const source of isSeq(node) ? node.items.toReversed() : [node]) {
      if (isAlias(source)) this.follow(source, (target) => this.mergeMap(entries, target, source));
      else this.mergeMap(entries, source as Node | null, node);
    }
  }

  private mergeMap(entries: Entries, source: Node | null, at: Node | null): void {
    if (!isMap(source)) throw this.fail(at, "'<<' takes a map or a list of maps");
    this.count(source);
    this.fill(entries, source);
  }

  private follow<T>(alias: Alias, read: (target: Node) => T): T {
    if (this.open.has(alias)) this.fail(alias, `the anchor '&${alias.source}' contains itself`);
    this.count(alias);
    this.open.add(alias);
    const result = read(this.targets.get(alias)!);
    this.open.delete(alias);
    return result;
  }

  /** Go's guard against documents that grow without limit through aliases. */
  private count(node: Node | null): void {
    this.nodes++;
    if (this.open.size > 0) this.aliasedNodes++;
    const allowed = 0.99 - 0.89 * Math.min(1, Math.max(0, (this.nodes - 400_000) / 3_600_000));
    if (this.aliasedNodes > 100 && this.nodes > 1000 && this.aliasedNodes / this.nodes > allowed) {
      this.fail(node, 'there are too many aliases of aliases');
    }
  }

  private fail(node: unknown, why: string): never {
    return this.refuse((node as Node | null)?.range?.[0] ?? 0, why);
  }
}

/** The node that each alias stands for: the last one above it that has its anchor. */
function findTargets(document: Document, refuse: Refuse): Map<Alias, Node> {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  visit(document, {
    Alias: (_, alias) => {
      const target =
        anchors.get(alias.source) ?? refuse(alias.range?.[0] ?? 0, `there is no anchor '&${alias.source}' above`);
      targets.set(alias, target);
    },
    Value: (_, node) => {
      if (node.anchor !== undefined) anchors.set(node.anchor, node);
    },
  });
  return targets;
}

function toObject(entries: Entries): JsonObject {
  const object: JsonObject = {};
  for (const [key, { value }] of entries) setKey(object, key, value);
  return object;
}
