// What TensorFlow says of a cluster that broke, as one sentence that names the worker. Its own texts are nested, one wrapping
// for each worker that passed the first one on; the innermost is the cause. The first is the outermost's own copy of it.
import { printable } from './quoted.js';

/** What the sentence needs besides TensorFlow's text. */
export interface ClusterContext {
  /** This worker's own. */
  readonly index: number;
  /** `host:port` of each worker by its index. */
  readonly addresses: readonly string[];
  /** Silence after which a worker counts as gone; seconds. */
  readonly heartbeatSeconds: number;
}

export interface ClusterProblem {
  /** One sentence or two; TensorFlow's own text, of any length, behind `TensorFlow says: ` where it is not known. */
  readonly text: string;
  /** The workers it is about; empty where the text names none. */
  readonly workers: readonly number[];
  /** Whether all can be started again as they were: a worker is lost. Otherwise something has to be mended first. */
  readonly isLost: boolean;
}

/** What a worker reports that ends before the others do. They read it with `clusterProblem`, word for word. */
export function endedText(index: number, reason: string): string {
  return `Worker ${index} ended: ${printable(reason.replaceAll(/\s*\n\s*/g, ' '))}`;
}

/** @param error what a call of the cluster was rejected with */
export function clusterProblem(
  error: { readonly message: string; readonly tensorflowCode: number },
  context: ClusterContext,
): ClusterProblem {
  const text = error.message.slice(0, MAX_LENGTH);
  for (const { pattern, problem } of knownTexts) {
    const found = pattern.exec(text);
    if (found !== null) return problem(found, context, text);
  }
  const unreachable = error.tensorflowCode === UNAVAILABLE ? tasksIn(remoteTask.exec(text)?.[0] ?? '') : [];
  if (unreachable.length > 0) return gone(unreachable, context, 'cannot be reached');
  return { text: `TensorFlow says: ${error.message}`, workers: [], isLost: error.tensorflowCode === UNAVAILABLE };
}

/** The cause stands at the front; what comes behind so much is copies of it. */
const MAX_LENGTH = 8000;
/** TensorFlow's code for a peer that does not answer. */
const UNAVAILABLE = 14;
/** The worker that was called when the call failed. */
const remoteTask = /remote target \/job:worker\/replica:0\/task:\d+/;

interface KnownText {
  readonly pattern: RegExp;
  readonly problem: (found: RegExpExecArray, context: ClusterContext, text: string) => ClusterProblem;
}

/** The first that is found counts: causes stand before what follows from them. */
const knownTexts: readonly KnownText[] = [
  {
    // A report of ours, by `endedText`.
    pattern: /Worker (\d{1,4}) ended: [^\n]*/,
    problem: ([text, index]) => ({ text: withStop(text), workers: [Number(index)], isLost: false }),
  },
  {
    pattern: /tasks are unhealthy \(stopped sending heartbeats\):\n((?:\/job:[^\n]*\n)+)/,
    problem: ([, tasks], context) =>
      gone(tasksIn(tasks!), context, `stopped answering (${context.heartbeatSeconds} s without a heartbeat)`),
  },
  {
    pattern: /(\/job:\S+) heartbeat timeout\. /,
    problem: ([, task], context) =>
      gone(tasksIn(task!), context, `stopped answering (${context.heartbeatSeconds} s without a heartbeat)`),
  },
  {
    pattern: /Leader incarnation ID mismatch/,
    problem: (_, context) => gone([0], context, 'was started anew while the others went on'),
  },
  {
    pattern:
      /(\/job:\S+) (?:unexpectedly tried to connect with a different incarnation|Heartbeat: Incarnation ID mismatch)/,
    problem: ([, task], context) => {
      const workers = tasksIn(task!);
      return {
        text: `${named(workers, context)} was started twice. Give each process an index of its own, and start all of them together.`,
        workers,
        isLost: false,
      };
    },
  },
  {
    pattern: /Device (\/job:\S+) is joining a group with size ?(\d+), but that group has size (\d+)/,
    problem: ([, task, own, others], context) => {
      const workers = tasksIn(task!);
      return {
        text: `${named(workers, context)} was started as one of ${own!} workers, others as one of ${others!}. Give all of them the same list.`,
        workers,
        isLost: false,
      };
    },
  },
  {
    pattern:
      /Shape mismatch in the collective instance \d+\. Op at device (\/job:\S+) expected shape \[(\d+)\] but another member in the group expected shape \[(\d+)\]/,
    problem: ([, task, own, others], context) => {
      const workers = tasksIn(task!);
      return {
        text: `${named(workers, context)} adds up ${own!} numbers, another worker ${others!}. Give all of them the same settings and data.`,
        workers,
        isLost: false,
      };
    },
  },
  {
    pattern: /Could not start gRPC server/,
    problem: (_, { index, addresses }) => ({
      text:
        `Port ${addresses[index]?.split(':').at(-1) ?? '?'} of worker ${index} is taken. ` +
        'End the process that has it, or choose another port.',
      workers: [index],
      isLost: false,
    }),
  },
  {
    pattern:
      /^(?!Barrier)[^\n]*\n[^\n]*while calling \/tensorflow\.CoordinationService\/(?:RegisterTask|WaitForAllTasks)/,
    problem: (_, context, text) =>
      text.includes('RegisterTask')
        ? gone([0], context, 'does not answer')
        : gone([0], context, 'ended before all workers had come'),
  },
  {
    pattern: /Barrier timed out\. Id: (.*?)\. This usually[^]*?Some timed out task names:\n((?:\/job:[^\n]*\n)*)/,
    problem: ([, id, tasks], context) =>
      gone(
        tasksIn(tasks!),
        context,
        id!.startsWith('Shutdown::') ? 'did not come to the end' : `did not come to '${id!}' in time`,
      ),
  },
  {
    pattern: /Barrier failed because: task is set to ERROR: [^]*?, Task: (\/job:\S+)/,
    problem: ([, task], context) => gone(tasksIn(task!), context, 'failed before all workers had come'),
  },
  {
    pattern: /GetKeyValue\(\) timed out with key: (\S+) and duration: (\S+)/,
    problem: ([, key, time]) => ({ text: `No worker has told '${key!}' within ${time!}.`, workers: [], isLost: true }),
  },
  {
    // The chief keeps the workers' heartbeats; to miss them is to miss it.
    pattern:
      /RPC: \/tensorflow\.CoordinationService\/(?:Heartbeat|PollForError)|calling \/tensorflow\.CoordinationService\/(?:Heartbeat|PollForError)/,
    problem: (_, context) =>
      gone([0], context, `stopped answering (${context.heartbeatSeconds} s without a heartbeat)`),
  },
  {
    pattern: /Error reported from \/job:worker\/task:(\d{1,4}): ([^\n]*)/,
    problem: ([, index, reason]) => ({
      text: withStop(endedText(Number(index), reason!)),
      workers: [Number(index)],
      isLost: false,
    }),
  },
  {
    pattern:
      /(Connection reset by peer|Socket closed|Connection refused|Broken pipe|No route to host|Connection timed out|Name or service not known)\b[^]*?(remote target \/job:worker\/replica:0\/task:\d+)/,
    problem: ([, what, remote], context) => gone(tasksIn(remote!), context, `is gone (${what!.toLowerCase()})`),
  },
];

function gone(workers: readonly number[], context: ClusterContext, what: string): ClusterProblem {
  return { text: `${named(workers, context)} ${printable(what)}.`, workers, isLost: true };
}

/** Indices in names of tasks, `/job:worker/replica:0/task:2`. */
function tasksIn(text: string): number[] {
  return [...text.matchAll(/\/task:(\d{1,4})/g)].map(([, index]) => Number(index));
}

/** `Worker 2 (10.0.0.7:2222)`, `Workers 2 (…) and 3 (…)`. */
function named(workers: readonly number[], { addresses }: ClusterContext): string {
  if (workers.length === 0) return 'A worker';
  const names = workers.map((index) => (index in addresses ? `${index} (${addresses[index]!})` : String(index)));
  const last = names.at(-1)!;
  return names.length === 1 ? `Worker ${last}` : `Workers ${names.slice(0, -1).join(', ')} and ${last}`;
}

function withStop(text: string): string {
  return `${printable(text).replace(/\.$/, '')}.`;
}
