/** Manifests to begin with, from the smallest to one that shows most of what there is. */
export const samples: readonly { readonly title: string; readonly yaml: string }[] = [
  {
    title: 'a picture and a question',
    yaml: `sensorium: 1
name: visual-questions
inputs:
  image: { encoder: image, size: 64 }
  question: text
fusion: { use: attention, layers: 2 }
heads:
  answer: classification
training: { epochs: 10, batchSize: 64 }
data: { train: train.csv }
`,
  },
  {
    title: 'the mood of a text',
    yaml: `# One input needs no fusion.
sensorium: 1
inputs:
  review: text
heads:
  mood: classification
`,
  },
  {
    title: 'a price, where parts may be missing',
    yaml: `sensorium: 1
name: price
inputs:
  photo:
    encoder: image
    size: 48
    augment: { flip: horizontal, crop: 0.1 }
  note: { encoder: text, missing: learned }
fusion: concat
heads:
  price: regression
  sold: { use: classification, labels: ["no", "yes"], weight: 0.5 }
training: { decides: price, patience: 3 }
`,
  },
  {
    title: 'two cameras, a gesture, several answers',
    yaml: `sensorium: 1
name: gestures
inputs:
  left: { encoder: image, size: 48 }
  right: { encoder: image, tied: left }   # the same weights
  hand: { encoder: motion, dim: 64 }
  words: { encoder: text, missing: skip }
fusions:
  view: { use: attention, of: [left, right] }
  all: { use: concat, of: [view, hand, words] }
heads:
  gesture: classification
  caption: { use: caption, of: view }
training: { decides: gesture }
`,
  },
  {
    title: 'one space of pictures and words',
    yaml: `# Pictures find their names, and names their pictures.
sensorium: 1
inputs:
  image: { encoder: image, size: 64 }
  name: { encoder: text, dim: 96, layers: 2 }
heads:
  space: { use: embedding, of: [image, name] }
training: { batchSize: 24 }
`,
  },
];
