/**
 * A tone: how high, when it begins and how long it fades, in seconds; some glide to another height.
 * @typedef {{hertz: number, to?: number, at?: number, fades: number, loud: number, shape?: OscillatorType}} Tone
 */

/** @type {Record<string, Tone[]>} */
const SOUNDS = {
  chime: [
    { hertz: 880, fades: 0.9, loud: 0.16 },
    { hertz: 1318.5, at: 0.09, fades: 1.1, loud: 0.12 },
  ],
  knock: [
    { hertz: 190, to: 90, fades: 0.11, loud: 0.5, shape: "triangle" },
    { hertz: 170, to: 80, at: 0.15, fades: 0.12, loud: 0.4, shape: "triangle" },
  ],
  drop: [{ hertz: 420, to: 1300, fades: 0.16, loud: 0.22 }],
}
const RISES_S = 0.006
const SILENCE = 0.0001

/** @type {AudioContext | undefined} */
let speaker

/** Plays a sound; made here, so that none is loaded. Before anybody has touched the page, browsers want it silent. */
export function playSound(name) {
  const tones = SOUNDS[name]
  if (!tones || navigator.userActivation?.hasBeenActive === false) return
  speaker ??= new AudioContext()
  speaker.resume().catch(() => {})
  for (const tone of tones) playTone(speaker, tone)
}

/**
 * @param {AudioContext} context
 * @param {Tone} tone
 */
function playTone(context, { hertz, to = hertz, at = 0, fades, loud, shape = "sine" }) {
  const begin = context.currentTime + at
  const end = begin + fades
  const tone = new OscillatorNode(context, { type: shape, frequency: hertz })
  const volume = new GainNode(context, { gain: SILENCE })
  tone.frequency.exponentialRampToValueAtTime(to, end)
  volume.gain.setValueAtTime(SILENCE, begin)
  volume.gain.linearRampToValueAtTime(loud, begin + RISES_S)
  volume.gain.exponentialRampToValueAtTime(SILENCE, end)
  tone.connect(volume).connect(context.destination)
  tone.start(begin)
  tone.stop(end)
}
