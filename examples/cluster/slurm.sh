#!/bin/bash
# Four nodes that share a training, one worker each. Tried with two tasks on one node; README.md says what to fill in.
#SBATCH --nodes=4 --ntasks-per-node=1 --time=24:00:00
#SBATCH --requeue --open-mode=append
#SBATCH --signal=USR1@120
cd "$SLURM_SUBMIT_DIR" || exit 1
export UV_THREADPOOL_SIZE=32
run=runs/classification/job-$SLURM_JOB_ID
if [ -e "$run/config.json" ]; then words=(--resume "$run"); else words=(--preset cifar10-small --data data --run "$run"); fi
# The others end by themselves, with a checkpoint, when a worker is lost: srun must not kill them before.
srun --distribution=block --kill-on-bad-exit=0 --wait=0 \
  node apps/classification/dist/main.js train "${words[@]}" --cluster slurm
code=$?
# 75: a worker was lost; 130: asked to end, saved; 137: a worker was killed, and the others ended with 75, which is less.
case $code in 75 | 130 | 137) [ "${SLURM_RESTART_COUNT:-0}" -lt 20 ] && scontrol requeue "$SLURM_JOB_ID" ;; esac
exit "$code"
