/** What an encoder of Hugging Face can be given. */
export type ModalityName = 'text' | 'image' | 'audio';

/** How a sample is made into one vector: the mean of its tokens, the first of them, or what the model itself gives. */
export type Pooling = 'mean' | 'first' | 'model';

export interface Tower {
  /** The ONNX file in the folder `onnx`, without its ending. */
  readonly file: string;
  /** As the model was trained. */
  readonly pooling: Pooling;
}

type Towers = Readonly<Partial<Record<ModalityName, Tower>>>;

const text: Towers = { text: { file: 'model', pooling: 'mean' } };
const image: Towers = { image: { file: 'model', pooling: 'first' } };
const audio: Towers = { audio: { file: 'model', pooling: 'mean' } };
const pictureAndText: Towers = {
  image: { file: 'vision_model', pooling: 'model' },
  text: { file: 'text_model', pooling: 'model' },
};

const architectures: ReadonlyMap<string, Towers> = new Map([
  ...['albert', 'bert', 'camembert', 'deberta', 'deberta-v2', 'distilbert', 'electra', 'esm', 'modernbert', 'mpnet']
    .concat(['nomic_bert', 'roberta', 'roformer', 'squeezebert', 'xlm', 'xlm-roberta'])
    .map((type) => [type, text] as const),
  ...['beit', 'deit', 'dinov2', 'dinov2_with_registers', 'dinov3_vit', 'ijepa', 'vit', 'vit_msn', 'vit_mae'].map(
    (type) => [type, image] as const,
  ),
  ...['hubert', 'unispeech', 'unispeech-sat', 'wav2vec2', 'wavlm', 'data2vec-audio'].map(
    (type) => [type, audio] as const,
  ),
  ['clip', pictureAndText],
  ['siglip', pictureAndText],
  ['clap', { audio: { file: 'audio_model', pooling: 'model' }, text: { file: 'text_model', pooling: 'model' } }],
  ['whisper', { audio: { file: 'encoder_model', pooling: 'mean' } }],
]);

/** What models of a type (`model_type` in config.json) can be given; undefined for a type that is not known. */
export const towersOf = (type: string): Towers | undefined => architectures.get(type);

export const knownTypes = (): string[] => [...architectures.keys()];
