import { Construct } from 'constructs';
import {
  ExternalSecret,
  type ExternalSecretSpecSecretStoreRefKind,
  ExternalSecretSpecTargetCreationPolicy,
} from '../imports/external-secrets.io.ts';
import { type AppLabels, objectLabels } from './labels.ts';

/** A store that the External Secrets Operator reads. */
export interface ExternalSecretOptions {
  readonly storeName: string;
  /** @default 'ClusterSecretStore' */
  readonly storeKind?: 'SecretStore' | 'ClusterSecretStore';
  /** Key in the store; its properties become the Secret's keys. */
  readonly remoteKey: string;
  /** How often the store is read. @default '1h' */
  readonly refreshInterval?: string;
}

export interface SecretRefProps {
  /** The Secret's name. */
  readonly name: string;
  /** Fills the Secret from a store. @default - somebody else makes the Secret */
  readonly externalSecret?: ExternalSecretOptions & { readonly app: AppLabels };
}

/** A Secret that the program names but whose content it never knows. */
export class SecretRef extends Construct {
  readonly name: string;
  readonly externalSecret?: ExternalSecret;

  constructor(scope: Construct, id: string, props: SecretRefProps) {
    super(scope, id);
    this.name = props.name;
    if (props.externalSecret !== undefined) {
      const { app, storeName, storeKind, remoteKey, refreshInterval } = props.externalSecret;
      this.externalSecret = new ExternalSecret(this, 'external', {
        metadata: { name: props.name, labels: objectLabels(app, { name: 'todo-secret', component: 'secret' }) },
        spec: {
          refreshInterval: refreshInterval ?? '1h',
          secretStoreRef: {
            name: storeName,
            kind: (storeKind ?? 'ClusterSecretStore') as ExternalSecretSpecSecretStoreRefKind,
          },
          target: { name: props.name, creationPolicy: ExternalSecretSpecTargetCreationPolicy.OWNER },
          dataFrom: [{ extract: { key: remoteKey } }],
        },
      });
    }
  }

  /** All keys as environment variables, for a container's `envFrom`. */
  get envFrom() {
    return { secretRef: { name: this.name } };
  }

  /** One key as the source of an environment variable, for `valueFrom`. */
  key(key: string) {
    return { secretKeyRef: { name: this.name, key } };
  }
}
