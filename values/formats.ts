import { z } from 'zod';

/** The formats that Kubernetes itself accepts, so that a wrong value is refused before the API server sees it. */

/** A port that a process without privileges can open. */
export const containerPort = () => z.int().min(1024).max(65535);

/** A port of a Service, or of something outside. */
export const port = () => z.int().min(1).max(65535);

/** A port from the API server's default node port range. */
export const nodePort = () => z.int().min(30000).max(32767);

/** A time. */
export const seconds = (min: number, max = 3600) => z.int().min(min).max(max);

/** The name of most objects: a DNS-1123 subdomain. */
export const objectName = () =>
  z
    .string()
    .max(253)
    .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/);

/** The name of a namespace: a DNS-1123 label. */
export const namespaceName = () =>
  z
    .string()
    .max(63)
    .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/);

/** A host name, possibly with a wildcard in front, or nothing. */
export const optionalHost = () =>
  z
    .string()
    .max(253)
    .regex(/^((\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*)?$/);

/** A path that begins with a slash and holds nothing that a URL would have to escape. */
export const httpPath = () =>
  z
    .string()
    .max(1024)
    .regex(/^\/[-A-Za-z0-9._~!$&'()*+,;=:@%/?]*$/);

/** An amount of CPU, memory or storage: "500m", "1.5Gi", 2. */
export const quantity = () =>
  z.union([z.string().regex(/^[0-9]{1,15}(\.[0-9]{1,9})?([munkMGTPE]|[KMGTPE]i)?$/), z.number().min(0)]);

/** A size in bytes of something that is always there. */
export const size = () => z.string().regex(/^[1-9][0-9]{0,11}([kMGTPE]|[KMGTPE]i)?$/);

/** A count of pods, or a part of them: 1, "25%". */
export const podsOrPercentage = (min: 0 | 1) =>
  z.union([z.string().regex(min === 0 ? /^(100|[1-9]?[0-9])%$/ : /^(100|[1-9][0-9]?)%$/), z.int().min(min).max(1000)]);

/** A Prometheus duration: "30s", "1m". */
export const duration = () => z.string().regex(/^[1-9][0-9]{0,5}[smh]$/);

/** An IP range: "10.0.0.0/8", "fd00::/8". */
export const cidr = () =>
  z.string().regex(new RegExp(`^(${IPV4}/(3[0-2]|[12]?[0-9])|${IPV6}/(12[0-8]|1[01][0-9]|[1-9]?[0-9]))$`));

const OCTET = '(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])';
const IPV4 = `${OCTET}([.]${OCTET}){3}`;
const IPV6 = '[0-9a-f]{0,4}(:[0-9a-f]{0,4}){2,7}';

/** The name of an environment variable. */
export const envName = () => z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/);

/** A label's or annotation's key: "team", "example.com/team". */
const qualifiedName = () =>
  z
    .string()
    .max(317)
    .regex(
      /^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/,
    );

/** Labels: keys and values as Kubernetes accepts them. */
export const labels = () =>
  z.record(qualifiedName(), z.string().regex(/^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/));

/** Annotations: any text under keys that Kubernetes accepts. */
export const annotations = () => z.record(qualifiedName(), z.string());

/** A name that needs no quotes in SQL and no escapes in a URL. */
export const sqlName = () => z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/);
