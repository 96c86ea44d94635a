/** Whether all that can run here did, and what a person wants to know first. */
export function summarize({ vulkan, parts }) {
  const entries = Object.entries(parts);
  return {
    ok: entries.every(([, { error }]) => error === undefined),
    summary: [graphics(vulkan), ...entries.flatMap(([name, part]) => lines(name, part))],
  };
}

function graphics({ available, devices, software, attempts }) {
  if (!available) return `webgpu cannot run here: ${attempts.at(-1).reason}`;
  const device = devices.join(', ') || 'a device that the loader of Vulkan does not name';
  return `webgpu runs on ${device}${software ? ', which computes on the processor: no graphics card is used' : ''}`;
}

function lines(name, { error, result }) {
  const failed = error === undefined ? [] : [`${name}: FAILED, ${error}`];
  const backends = result?.workload ? Object.values(result.backends) : [];
  return [...failed, ...backends.flatMap((one) => linesOf(one).map((line) => `${name}: ${line}`))];
}

/** Of what the bench found of one backend. */
function linesOf({ available, reason, steps, pipeline, models, operators }) {
  if (steps) {
    return [
      ...Object.entries(steps).map(
        ([model, step]) => `${model} ${step.error ?? `${step.milliseconds.toFixed(2)} ms a step`}`,
      ),
      `pipeline ${pipeline.error ?? `${pipeline.milliseconds.toFixed(2)} ms, ${pipeline.samplesPerSecond.toFixed(0)} samples/s at once`}`,
    ];
  }
  if (models) return [`${share(models)} models and ${share(operators)} operators agree`];
  return available ? [] : [reason];
}

const share = ({ agreed, of, untried }) =>
  `${agreed} of ${of}${untried.length > 0 ? ` (${untried.length} untried)` : ''}`;
