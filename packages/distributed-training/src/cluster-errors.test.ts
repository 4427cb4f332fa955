import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clusterProblem, endedText } from './cluster-errors.js';

const context = { index: 0, addresses: ['a:2222', '10.0.0.7:2223', 'c:2224'], heartbeatSeconds: 30 };
const codes = { deadline: 4, aborted: 10, internal: 13, unavailable: 14 };

const TASK = '/job:worker/replica:0/task:';
const RESTART = '\nThe error could be from a previous operation. Restart your program to reset.';
const ABORTED = 'Collective ops is aborted by: ';
const rpc = (task: number, call: string, code: number, message: string) =>
  `\nAdditional GRPC error information from remote target ${TASK}${task} while calling ${call}:\n` +
  `:UNKNOWN:Error received from peer  {grpc_status:${code}, grpc_message:"${message}"}`;
const receive = (task: number, message: string) => rpc(task, '/tensorflow.WorkerService/RecvBuf', 14, message);
const REFUSED =
  'failed to connect to all addresses; last error: UNKNOWN: ipv4:10.0.0.7:2223: Failed to connect to remote host: ' +
  'Connection refused';
const RESET = 'recvmsg:Connection reset by peer';
const notReached = (id: string) =>
  `Barrier timed out. Id: ${id}. This usually happens because a task triggered the barrier too early or too slowly. Please ` +
  'look at the task logs (both timed out and first task) to debug further.\n# of tasks that reached the barrier: 1/3.\n' +
  `The first task at the barrier: ${TASK}0. Some timed out task names:\n${TASK}1\n${TASK}2\n`;
const twice =
  `Barrier failed because: task is set to ERROR: ABORTED: ${TASK}1 unexpectedly tried to connect with a different ` +
  `incarnation. It has likely restarted. [type.googleapis.com/tensorflow.CoordinationServiceError='']. Barrier Id: ` +
  `WaitForAllTasks::15347309279923678455::0, Task: ${TASK}1`;

// As TensorFlow 2.21 printed them when workers on one machine were killed, stopped, started twice, and so on.
test.each([
  {
    what: 'killed in an all-reduce',
    code: codes.unavailable,
    message: ABORTED + RESET + receive(1, RESET) + RESTART,
    text: 'Worker 1 (10.0.0.7:2223) is gone (connection reset by peer).',
    workers: [1],
    isLost: true,
  },
  {
    what: 'the same, told by a third worker',
    code: codes.unavailable,
    message: ABORTED + ABORTED + RESET + receive(1, RESET) + RESTART + receive(2, ABORTED + RESET) + RESTART,
    text: 'Worker 1 (10.0.0.7:2223) is gone (connection reset by peer).',
    workers: [1],
    isLost: true,
  },
  {
    what: 'killed between two all-reduces',
    code: codes.unavailable,
    message: ABORTED + REFUSED + receive(1, REFUSED) + RESTART,
    text: 'Worker 1 (10.0.0.7:2223) is gone (connection refused).',
    workers: [1],
    isLost: true,
  },
  {
    what: 'ended in an all-reduce',
    code: codes.unavailable,
    message: ABORTED + 'Socket closed' + receive(2, 'Socket closed') + RESTART,
    text: 'Worker 2 (c:2224) is gone (socket closed).',
    workers: [2],
    isLost: true,
  },
  {
    what: 'stopped',
    code: codes.unavailable,
    message:
      `${ABORTED}Error reported from /job:worker/task:1: The following tasks are unhealthy (stopped sending heartbeats):\n` +
      `${TASK}1\nThe tasks have crashed. Check the task logs for an earlier error, or scheduler events (e.g. preemption, ` +
      `eviction) to debug further.${RESTART}`,
    text: 'Worker 1 (10.0.0.7:2223) stopped answering (30 s without a heartbeat).',
    workers: [1],
    isLost: true,
  },
  {
    what: 'two stopped',
    code: codes.unavailable,
    message: `The following tasks are unhealthy (stopped sending heartbeats):\n${TASK}1\n${TASK}2\nThe tasks have crashed.`,
    text: 'Workers 1 (10.0.0.7:2223) and 2 (c:2224) stopped answering (30 s without a heartbeat).',
    workers: [1, 2],
    isLost: true,
  },
  {
    what: 'the chief stopped',
    code: codes.deadline,
    message: `${ABORTED}Deadline Exceeded\n\nRPC: /tensorflow.CoordinationService/Heartbeat${RESTART}`,
    text: 'Worker 0 (a:2222) stopped answering (30 s without a heartbeat).',
    workers: [0],
    isLost: true,
  },
  {
    what: 'a report without our words',
    code: codes.aborted,
    message: `${ABORTED}Error reported from /job:worker/task:1: No space left on device: runs/x${RESTART}`,
    text: 'Worker 1 ended: No space left on device: runs/x.',
    workers: [1],
    isLost: false,
  },
  {
    what: 'a report of ours, passed on by the chief',
    code: codes.aborted,
    message:
      `${ABORTED}${ABORTED}Error reported from /job:worker/task:1: Worker 1 ended: No space left on device: runs/x.${RESTART}` +
      rpc(0, '/tensorflow.WorkerService/CompleteGroup', 10, 'Worker 1 ended: No space left on device: runs/x.') +
      RESTART,
    text: 'Worker 1 ended: No space left on device: runs/x.',
    workers: [1],
    isLost: false,
  },
  {
    what: "the chief's report, which TensorFlow gives no name",
    code: codes.aborted,
    message: `${ABORTED}Worker 0 ended: No space left on device: runs/x${RESTART}`,
    text: 'Worker 0 ended: No space left on device: runs/x.',
    workers: [0],
    isLost: false,
  },
  {
    what: 'other numbers of workers',
    code: codes.internal,
    message:
      `${ABORTED}Device ${TASK}1/device:CPU:0 is joining a group with size3, but that group has size 2 (group_key=1)` +
      RESTART,
    text: 'Worker 1 (10.0.0.7:2223) was started as one of 3 workers, others as one of 2. Give all of them the same list.',
    workers: [1],
    isLost: false,
  },
  {
    what: 'no chief',
    code: codes.deadline,
    message: `Deadline Exceeded${rpc(0, '/tensorflow.CoordinationService/RegisterTask', 4, 'Deadline Exceeded')}`,
    text: 'Worker 0 (a:2222) does not answer.',
    workers: [0],
    isLost: true,
  },
  {
    what: 'the chief killed before all had come',
    code: codes.unavailable,
    message: `Socket closed${rpc(0, '/tensorflow.CoordinationService/WaitForAllTasks', 14, 'Socket closed')}`,
    text: 'Worker 0 (a:2222) ended before all workers had come.',
    workers: [0],
    isLost: true,
  },
  {
    what: 'a port that is taken',
    code: 2,
    message: 'Could not start gRPC server',
    text: 'Port 2222 of worker 0 is taken. End the process that has it, or choose another port.',
    workers: [0],
    isLost: false,
  },
  {
    what: 'the same index twice at the start',
    code: codes.internal,
    message: twice + rpc(0, '/tensorflow.CoordinationService/WaitForAllTasks', 13, twice),
    text: 'Worker 1 (10.0.0.7:2223) was started twice. Give each process an index of its own, and start all of them together.',
    workers: [1],
    isLost: false,
  },
  {
    what: 'the same index twice in a training',
    code: codes.aborted,
    message:
      `${ABORTED}Error reported from /job:worker/task:1: ${TASK}1 unexpectedly tried to connect with a different incarnation. ` +
      `It has likely restarted.${RESTART}`,
    text: 'Worker 1 (10.0.0.7:2223) was started twice. Give each process an index of its own, and start all of them together.',
    workers: [1],
    isLost: false,
  },
  {
    what: 'a barrier',
    code: codes.deadline,
    message: `${notReached('end::0')}\n\nRPC: /tensorflow.CoordinationService/Barrier`,
    text: "Workers 1 (10.0.0.7:2223) and 2 (c:2224) did not come to 'end::0' in time.",
    workers: [1, 2],
    isLost: true,
  },
  {
    what: 'a worker that closed before the others',
    code: codes.internal,
    message:
      `${ABORTED}Error reported from /job:worker/task:0: Shutdown barrier has failed.\nBarrier result: 'DEADLINE_EXCEEDED: ` +
      `${notReached('Shutdown::14380725547448128455::0')} [type.googleapis.com/tensorflow.BarrierError='']${RESTART}`,
    text: 'Workers 1 (10.0.0.7:2223) and 2 (c:2224) did not come to the end.',
    workers: [1, 2],
    isLost: true,
  },
  {
    what: 'a key that nobody put',
    code: codes.deadline,
    message: 'GetKeyValue() timed out with key: worker/1 and duration: 1s',
    text: "No worker has told 'worker/1' within 1s.",
    workers: [],
    isLost: true,
  },
])('$what: $text', ({ code, message, text, workers, isLost }) => {
  expect(clusterProblem({ message, tensorflowCode: code }, context)).toEqual({ text, workers, isLost });
});

// From TensorFlow's sources (collective_param_resolver_local.cc, coordination_service.cc); not seen to happen.
test.each([
  {
    message:
      `Shape mismatch in the collective instance 1. Op at device ${TASK}2/device:CPU:0 expected shape [1000] but another ` +
      'member in the group expected shape [1001]. This is likely due to different input shapes at different members of the ' +
      'collective op.',
    text: 'Worker 2 (c:2224) adds up 1000 numbers, another worker 1001. Give all of them the same settings and data.',
  },
  {
    message:
      `Task ${TASK}2 heartbeat timeout. This indicates that the remote task has failed, got preempted, or crashed ` +
      'unexpectedly.',
    text: 'Worker 2 (c:2224) stopped answering (30 s without a heartbeat).',
  },
  {
    message: `${TASK}2 Heartbeat: Incarnation ID mismatch: expecting 1 but got 2. The task has restarted`,
    text: 'Worker 2 (c:2224) was started twice. Give each process an index of its own, and start all of them together.',
  },
  {
    message: 'Leader incarnation ID mismatch: the coordination  leader (usually slice 0 task 0) has restarted.',
    text: 'Worker 0 (a:2222) was started anew while the others went on.',
  },
])('$text', ({ message, text }) => {
  expect(clusterProblem({ message, tensorflowCode: codes.internal }, context).text).toBe(text);
});

test('a call that failed for a cause not known names the worker that was called', () => {
  const message = `${ABORTED}GOAWAY received${receive(1, 'GOAWAY received')}`;
  const problem = clusterProblem({ message, tensorflowCode: codes.unavailable }, context);
  expect(problem).toEqual({ text: 'Worker 1 (10.0.0.7:2223) cannot be reached.', workers: [1], isLost: true });
});

test.each(['', 'Op type not registered', 'two\nlines', 'x'.repeat(30_000)])(
  'what is not known stays as it is',
  (message) => {
    const problem = clusterProblem({ message, tensorflowCode: codes.internal }, context);
    expect(problem).toEqual({ text: `TensorFlow says: ${message}`, workers: [], isLost: false });
  },
);

test('a worker that is in no list is named by its index', () => {
  const problem = clusterProblem({ message: ABORTED + RESET + receive(7, RESET), tensorflowCode: 14 }, context);
  expect(problem.text).toBe('Worker 7 is gone (connection reset by peer).');
});

test('a report is one line, whatever the reason', () => {
  fc.assert(
    fc.property(fc.nat({ max: 1023 }), fc.string({ unit: 'binary' }), (index, reason) => {
      const report = endedText(index, reason);
      expect(report).toMatch(/^Worker \d+ ended: \P{Cc}*$/u);
      const { text, workers } = clusterProblem({ message: ABORTED + report + RESTART, tensorflowCode: 10 }, context);
      expect(text).toBe(`${report.replace(/\.$/, '')}.`);
      expect(workers).toEqual([index]);
    }),
  );
});

test('any text at all gives a sentence', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      ABORTED,
      RESTART,
      TASK,
      twice,
      REFUSED,
      RESET,
      notReached('x'),
      receive(1, RESET),
      'Worker 1 ended: ',
    ),
    fc.constantFrom(
      'Barrier timed out. Id: '.repeat(2000),
      `${TASK}1\n`.repeat(2000),
      'Connection refused'.repeat(2000),
    ),
    fc.string({ unit: 'binary' }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), fc.nat({ max: 16 }), (pieces, code) => {
      expect(clusterProblem({ message: pieces.join(''), tensorflowCode: code }, context).text).not.toBe('');
    }),
  );
});
