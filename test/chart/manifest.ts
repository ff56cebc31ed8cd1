/** What of a manifest tests look at; whether all of it is right is for Kubernetes' own types to say. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly labels?: Labels;
    readonly annotations?: Labels;
  };
  // biome-ignore lint/suspicious/noExplicitAny: each kind has another one
  readonly spec?: any;
  readonly data?: Labels;
}

export type Labels = Readonly<Record<string, string>>;

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly args: readonly string[];
  readonly env?: readonly Variable[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
  // biome-ignore lint/suspicious/noExplicitAny: compared as a whole
  readonly [other: string]: any;
}

export interface Variable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: {
    readonly secretKeyRef?: KeyOf;
    readonly fieldRef?: { readonly fieldPath: string };
  };
}

export interface KeyOf {
  readonly name: string;
  readonly key: string;
}

export interface PodSpec {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly volumes?: readonly Volume[];
  // biome-ignore lint/suspicious/noExplicitAny: compared as a whole
  readonly [other: string]: any;
}

export interface Volume {
  readonly name: string;
  readonly configMap?: { readonly name: string };
  readonly emptyDir?: object;
  readonly projected?: { readonly sources: readonly Source[] };
}

export interface Source {
  readonly secret?: Items;
  readonly configMap?: Items;
}

export interface Items {
  readonly name: string;
  readonly items: readonly { readonly key: string; readonly path: string }[];
}

export interface Workload {
  readonly manifest: Manifest;
  /** Such as `edge`. */
  readonly part: string;
  readonly labels: Labels;
  readonly pod: PodSpec;
}

const COMPONENT = 'app.kubernetes.io/component';

/** Everything that runs pods. */
export function workloads(manifests: readonly Manifest[]): Workload[] {
  return manifests.flatMap((manifest) => {
    const template =
      manifest.kind === 'Pod'
        ? { metadata: manifest.metadata, spec: manifest.spec }
        : (manifest.spec?.jobTemplate?.spec.template ?? manifest.spec?.template);
    if (!template) return [];
    const labels: Labels = template.metadata.labels;
    return [{ manifest, part: labels[COMPONENT] ?? '', labels, pod: template.spec as PodSpec }];
  });
}

export function workload(manifests: readonly Manifest[], part: string): Workload {
  const found = workloads(manifests).find((one) => one.part === part);
  if (!found) throw new Error(`There is no ${part}.`);
  return found;
}

/** The container that does the work. */
export function container({ pod, part }: Workload): Container {
  const [first] = pod.containers;
  if (!first) throw new Error(`${part} has no container.`);
  return first;
}

export function environment({ env = [] }: Container): Record<string, string> {
  return Object.fromEntries(env.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])));
}
