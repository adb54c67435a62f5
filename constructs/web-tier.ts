import { Construct } from 'constructs';
import { Autoscaler, type AutoscalingOptions, checkReplicas } from './autoscaler.ts';
import { DisruptionBudget } from './disruption-budget.ts';
import type { AppLabels } from './labels.ts';
import type { ProbeProps } from './probe.ts';
import { ServiceAccount, type ServiceAccountOptions, serviceAccountName } from './service-account.ts';
import { WebDeployment, type WebDeploymentOptions, type WebDeploymentProps } from './web-deployment.ts';
import { type ServiceOptions, WebService } from './web-service.ts';

/** What a user can set on both tiers. */
export interface WebTierOptions extends WebDeploymentOptions {
  /** @default - an installation named 'todo' */
  readonly app?: AppLabels;
  /** Pods; with autoscaling on, the least number of them. @default 2 */
  readonly replicaCount?: number;
  /** How the pods are reached. @default - a ClusterIP Service at the container's port */
  readonly service?: ServiceOptions;
  /** How the number of pods follows the load. @default - it does not */
  readonly autoscaling?: Omit<AutoscalingOptions, 'minReplicas'> & {
    readonly enabled?: boolean;
    /** @default - replicaCount */
    readonly minReplicas?: number | null;
  };
  /** Limit for evictions. @default - one pod at a time */
  readonly podDisruptionBudget?: { readonly enabled?: boolean; readonly maxUnavailable?: number | string };
  /** @default - one of its own */
  readonly serviceAccount?: ServiceAccountOptions;
  readonly livenessProbe?: ProbeProps;
  readonly readinessProbe?: ProbeProps;
  readonly startupProbe?: ProbeProps;
}

/** What a tier knows of itself. */
export type WebTierProps = WebTierOptions &
  Pick<
    WebDeploymentProps,
    | 'component'
    | 'port'
    | 'livenessProbe'
    | 'readinessProbe'
    | 'startupProbe'
    | 'env'
    | 'envFrom'
    | 'directories'
    | 'configHash'
  >;

/**
 * A Deployment with all that belongs to it: Service, ServiceAccount, autoscaler and disruption budget.
 *
 * @throws when autoscaling would need more pods than it may have
 */
export class WebTier extends Construct {
  readonly deployment: WebDeployment;
  readonly service: WebService;
  readonly serviceAccount?: ServiceAccount;
  readonly autoscaler?: Autoscaler;
  readonly disruptionBudget?: DisruptionBudget;

  constructor(scope: Construct, id: string, props: WebTierProps) {
    const autoscaling = autoscalingOf(props);
    super(scope, id);
    const { component, replicaCount = 2, podDisruptionBudget, serviceAccount = {} } = props;
    const app = props.app ?? { instance: 'todo' };

    this.deployment = new WebDeployment(this, 'deployment', {
      ...props,
      app,
      // A fixed number would undo the autoscaler's at every change.
      replicas: autoscaling === undefined ? replicaCount : undefined,
      serviceAccountName: serviceAccountName(serviceAccount, component),
    });
    this.service = new WebService(this, 'service', {
      ...props.service,
      app,
      component,
      port: props.service?.port ?? props.port,
    });
    if (serviceAccount.create ?? true) {
      this.serviceAccount = new ServiceAccount(this, 'service-account', { ...serviceAccount, app, component });
    }
    if (autoscaling !== undefined) {
      this.autoscaler = new Autoscaler(this, 'hpa', { ...autoscaling, app, component });
    }
    if (podDisruptionBudget?.enabled ?? true) {
      this.disruptionBudget = new DisruptionBudget(this, 'pdb', { ...podDisruptionBudget, app, component });
    }
  }
}

function autoscalingOf({ autoscaling, replicaCount = 2 }: WebTierProps): AutoscalingOptions | undefined {
  if (autoscaling === undefined || !(autoscaling.enabled ?? true)) return undefined;
  const options = { ...autoscaling, minReplicas: autoscaling.minReplicas ?? replicaCount };
  checkReplicas(options);
  return options;
}
