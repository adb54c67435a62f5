import { FAILSAFE_SCHEMA, loadAll, Type } from 'js-yaml';
import type { Json } from '../json.ts';
import { resolvePlain } from '../yaml-scalar.ts';

/**
 * Reads YAML documents as Kubernetes does, to which a bare `yes` is true and `012` is 10. Empty ones are left out.
 *
 * @throws YAMLException for what it refuses, such as a key that is there twice
 */
export function readObjects(text: string): Json[] {
  return (loadAll(text, undefined, { schema }) as Json[]).filter((object) => object !== null && object !== undefined);
}

const plain = new Type('tag:yaml.org,2002:plain', {
  kind: 'scalar',
  resolve: (text: string | null) => typeof resolvePlain(text ?? '') !== 'string',
  construct: (text: string | null) => {
    const value = resolvePlain(text ?? '');
    return typeof value === 'bigint' ? Number(value) : value;
  },
});

const schema = FAILSAFE_SCHEMA.extend({ implicit: [plain] });
