import { required, SensoriumError } from '@sensorium/contracts';
import { byId } from '../dom.js';

/** The longer side of a frame that is taken: as large as pictures are kept. */
const FRAME_SIZE = 256;

/** What a frame is wanted for. */
export type Use =
  /** Pictures that the person takes: one, or as many as they like. */
  | { readonly many: boolean; readonly onPicture: (picture: Blob) => void }
  /** Every frame, one after the other, with a place to say something about it. */
  | { readonly onFrame: (frame: Blob, place: HTMLElement) => Promise<void> };

/** Opens the camera until the person closes it. Throws SENSORIUM_PLUGIN_CAMERA where there is none, or where it is refused. */
export async function openCamera(use: Use): Promise<void> {
  const dialog = byId('camera-dialog', HTMLDialogElement);
  const take = byId('camera-take', HTMLButtonElement);
  const state = byId('camera-state', HTMLElement);
  const place = byId('camera-answer', HTMLElement);
  const stream = await startCamera();
  const ended = new AbortController();
  const { signal } = ended;
  const video = await play(stream);
  take.hidden = 'onFrame' in use;
  state.textContent = '';
  place.replaceChildren();
  dialog.showModal();
  byId('camera-done', HTMLElement).addEventListener('click', () => dialog.close(), { signal });
  take.addEventListener('click', () => void takePicture(), { signal });
  dialog.addEventListener('close', () => ended.abort(), { signal });
  signal.addEventListener('abort', () => {
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  });

  let taken = 0;
  async function takePicture(): Promise<void> {
    if (!('onPicture' in use)) return;
    use.onPicture(await frameOf(video));
    state.textContent = `${++taken} taken`;
    if (!use.many) dialog.close();
  }
  if (!('onFrame' in use)) return;
  while (!signal.aborted) await use.onFrame(await frameOf(video), place);
}

async function startCamera(): Promise<MediaStream> {
  try {
    return await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
  } catch (cause) {
    const isRefused = cause instanceof DOMException && cause.name === 'NotAllowedError';
    throw new SensoriumError({
      code: 'SENSORIUM_PLUGIN_CAMERA',
      message: isRefused ? 'this page may not use the camera' : 'no camera was found',
      hint: isRefused ? 'Allow it in the browser, beside the address of this page.' : 'Choose a picture instead.',
      cause,
    });
  }
}

async function play(stream: MediaStream): Promise<HTMLVideoElement> {
  const video = byId('camera-video', HTMLVideoElement);
  video.srcObject = stream;
  await video.play();
  return video;
}

async function frameOf(video: HTMLVideoElement): Promise<Blob> {
  const { videoWidth, videoHeight } = video;
  const scale = Math.min(1, FRAME_SIZE / Math.max(videoWidth, videoHeight));
  const canvas = new OffscreenCanvas(Math.round(videoWidth * scale), Math.round(videoHeight * scale));
  const context = required(canvas.getContext('2d') ?? undefined, 'a canvas to draw on');
  context.drawImage(video, 0, 0, canvas.width, canvas.height);
  return canvas.convertToBlob({ type: 'image/png' });
}
