// The fields that the files of examples/cluster use, as the references of Kubernetes 1.31, JobSet v1alpha2 and Kubeflow Trainer
// v1alpha1 have them. Strict, since the API servers drop a field that they do not know, with a warning at best.
import { z } from 'zod';

const name = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/);
const labels = z.record(z.string().max(317), z.string().max(63));
const named = z.strictObject({ name });
const port = z.int().min(1).max(65_535);
const selector = z.strictObject({ matchLabels: labels });
const quantities = z.strictObject({ cpu: z.string().optional(), memory: z.string().optional() });
const resources = z.strictObject({ requests: quantities, limits: quantities });

const service = z.strictObject({
  apiVersion: z.literal('v1'),
  kind: z.literal('Service'),
  metadata: named,
  spec: z.strictObject({
    clusterIP: z.literal('None'),
    publishNotReadyAddresses: z.literal(true),
    selector: labels,
    ports: z.array(z.strictObject({ name, port })),
  }),
});

const networkPolicy = z.strictObject({
  apiVersion: z.literal('networking.k8s.io/v1'),
  kind: z.literal('NetworkPolicy'),
  metadata: named,
  spec: z.strictObject({
    podSelector: selector,
    policyTypes: z.tuple([z.literal('Ingress')]),
    ingress: z.array(
      z.strictObject({
        from: z.array(z.strictObject({ podSelector: selector })),
        ports: z.array(z.strictObject({ protocol: z.literal('TCP'), port })),
      }),
    ),
  }),
});

const environmentVariable = z.strictObject({
  name: z.string(),
  value: z.string().optional(),
  valueFrom: z.strictObject({ fieldRef: z.strictObject({ fieldPath: z.string() }) }).optional(),
});

const container = z.strictObject({
  name,
  image: z.string(),
  workingDir: z.string(),
  env: z.array(environmentVariable),
  ports: z.array(z.strictObject({ containerPort: port })),
  volumeMounts: z.array(z.strictObject({ name, mountPath: z.string(), readOnly: z.boolean().optional() })),
});
const started = { command: z.tuple([z.literal('sh'), z.literal('-c')]), args: z.tuple([z.string()]) };

const pod = {
  restartPolicy: z.literal('Never'), // podFailurePolicy takes no other
  automountServiceAccountToken: z.literal(false),
  terminationGracePeriodSeconds: z.int().min(1),
  volumes: z.array(
    z.strictObject({
      name,
      persistentVolumeClaim: z.strictObject({ claimName: name, readOnly: z.boolean().optional() }),
    }),
  ),
};

const podFailurePolicy = z.strictObject({
  rules: z.array(
    z.strictObject({
      action: z.enum(['FailJob', 'FailIndex', 'Ignore', 'Count']),
      onExitCodes: z
        .strictObject({
          containerName: name.optional(),
          operator: z.enum(['In', 'NotIn']),
          values: z.array(z.int().min(1).max(255)).max(255),
        })
        .optional(),
      onPodConditions: z
        .array(z.strictObject({ type: z.literal('DisruptionTarget'), status: z.enum(['True', 'False', 'Unknown']) }))
        .optional(),
    }),
  ),
});

const job = z.strictObject({
  apiVersion: z.literal('batch/v1'),
  kind: z.literal('Job'),
  metadata: named,
  spec: z.strictObject({
    completionMode: z.literal('Indexed'),
    completions: z.int().min(1),
    parallelism: z.int().min(1),
    backoffLimit: z.int().min(0),
    podReplacementPolicy: z.literal('Failed'), // the only one beside a podFailurePolicy
    podFailurePolicy,
    template: z.strictObject({
      spec: z.strictObject({
        ...pod,
        subdomain: name,
        containers: z.tuple([z.strictObject({ ...container.shape, ...started, resources })]),
      }),
    }),
  }),
});

const replicatedJob = z.strictObject({
  name: z.literal('node'),
  template: z.strictObject({
    metadata: z.strictObject({
      labels: z.strictObject({ 'trainer.kubeflow.org/trainjob-ancestor-step': z.literal('trainer') }),
    }),
    spec: z.strictObject({
      completionMode: z.literal('Indexed'),
      backoffLimit: z.literal(0),
      podFailurePolicy,
      template: z.strictObject({
        metadata: z.strictObject({ labels }),
        spec: z.strictObject({
          ...pod,
          containers: z.tuple([z.strictObject({ ...container.shape, name: z.literal('node') })]),
        }),
      }),
    }),
  }),
});

const trainingRuntime = z.strictObject({
  apiVersion: z.literal('trainer.kubeflow.org/v1alpha1'),
  kind: z.literal('TrainingRuntime'),
  metadata: named,
  spec: z.strictObject({
    mlPolicy: z.strictObject({ numNodes: z.int().min(1) }),
    template: z.strictObject({
      spec: z.strictObject({
        network: z.strictObject({ publishNotReadyAddresses: z.boolean() }),
        failurePolicy: z.strictObject({
          maxRestarts: z.int().min(0),
          rules: z.array(
            z.strictObject({
              name: z.string(),
              action: z.enum(['FailJobSet', 'RestartJobSet', 'RestartJobSetAndIgnoreMaxRestarts']),
              onJobFailureReasons: z.array(z.enum(['BackoffLimitExceeded', 'DeadlineExceeded', 'PodFailurePolicy'])),
            }),
          ),
        }),
        replicatedJobs: z.tuple([replicatedJob]),
      }),
    }),
  }),
});

const trainJob = z.strictObject({
  apiVersion: z.literal('trainer.kubeflow.org/v1alpha1'),
  kind: z.literal('TrainJob'),
  metadata: named,
  spec: z.strictObject({
    runtimeRef: z.strictObject({
      apiGroup: z.literal('trainer.kubeflow.org'),
      kind: z.literal('TrainingRuntime'),
      name,
    }),
    trainer: z.strictObject({ ...started, numNodes: z.int().min(1), resourcesPerNode: resources }),
  }),
});

/** The objects of each file, in order. */
export const clusterFiles = {
  kubernetes: z.tuple([service, networkPolicy, job]),
  kubeflowTrainer: z.tuple([trainingRuntime, networkPolicy, trainJob]),
};
