import {
  attributeNames,
  countOf,
  type ColourName,
  type MaterialName,
  type Scene,
  type SceneObject,
  type ShapeName,
  type SizeName,
} from '../scene.js';
import { fullCaption } from './captions.js';
import { describe, phrase } from './phrases.js';

/** English, German, French, Spanish. */
export const languages = ['en', 'de', 'fr', 'es'] as const;
export type LanguageName = (typeof languages)[number];

/** What a scene shows, with all that can be said of its objects, from left to right. English is that of `captions`. */
export const captionIn: Readonly<Record<LanguageName, (scene: Scene) => string>> = {
  en: fullCaption,
  de: (scene) => enumerated(scene, 'und', german),
  fr: (scene) => enumerated(scene, 'et', french),
  es: (scene) => enumerated(scene, 'y', spanish),
};

type Counted = (object: SceneObject, count: number) => string;
type Gender = 'm' | 'f' | 'n';
interface Noun {
  readonly gender: Gender;
  readonly one: string;
  readonly many: string;
}

/** Objects that are alike are counted together: `deux petites étoiles rouges mates et un anneau`. */
function enumerated(scene: Scene, and: string, say: Counted): string {
  const fromLeft = [...scene.objects].sort((a, b) => a.x - b.x);
  const kinds = new Map(fromLeft.map((object) => [phrase(describe(object, attributeNames)), object]));
  const items = [...kinds.values()].map((object) => say(object, countOf(scene, describe(object, attributeNames))));
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} ${and} ${items.at(-1) as string}`;
}

const germanNouns: Readonly<Record<ShapeName, Noun>> = {
  circle: { gender: 'm', one: 'Kreis', many: 'Kreise' },
  square: { gender: 'n', one: 'Quadrat', many: 'Quadrate' },
  triangle: { gender: 'n', one: 'Dreieck', many: 'Dreiecke' },
  star: { gender: 'm', one: 'Stern', many: 'Sterne' },
  ring: { gender: 'm', one: 'Ring', many: 'Ringe' },
  cross: { gender: 'n', one: 'Kreuz', many: 'Kreuze' },
};

const germanWords: Readonly<Record<SizeName | MaterialName | ColourName, string>> = {
  small: 'klein',
  large: 'groß',
  matte: 'matt',
  shiny: 'glänzend',
  striped: 'gestreift',
  red: 'rot',
  orange: 'orangefarben',
  yellow: 'gelb',
  green: 'grün',
  cyan: 'türkisfarben',
  blue: 'blau',
  purple: 'violett',
  pink: 'rosafarben',
};

/** `ein kleiner matter roter Kreis`, `zwei kleine matte rote Kreise`. All nouns are masculine or neuter: ein. */
const german: Counted = ({ size, material, colour, shape }, count) => {
  const { gender, one, many } = germanNouns[shape];
  const ending = count > 1 ? 'e' : gender === 'm' ? 'er' : 'es';
  const adjectives = [size, material, colour].map((word) => `${germanWords[word]}${ending}`);
  return [numeral(['ein', 'zwei', 'drei', 'vier', 'fünf'], count), ...adjectives, count > 1 ? many : one].join(' ');
};

/** Masculine and feminine, one and many. */
type Forms = readonly [one: string, few: string, oneFeminine: string, fewFeminine: string];

const regular = (masculine: string, feminine = `${masculine}e`): Forms => [
  masculine,
  `${masculine}s`,
  feminine,
  `${feminine}s`,
];
const alike = (one: string, many = `${one}s`): Forms => [one, many, one, many];

const formOf = (forms: Forms, { gender }: Noun, count: number): string =>
  forms[(gender === 'f' ? 2 : 0) + (count > 1 ? 1 : 0)] as string;

const frenchNouns: Readonly<Record<ShapeName, Noun>> = {
  circle: { gender: 'm', one: 'cercle', many: 'cercles' },
  square: { gender: 'm', one: 'carré', many: 'carrés' },
  triangle: { gender: 'm', one: 'triangle', many: 'triangles' },
  star: { gender: 'f', one: 'étoile', many: 'étoiles' },
  ring: { gender: 'm', one: 'anneau', many: 'anneaux' },
  cross: { gender: 'f', one: 'croix', many: 'croix' },
};

const frenchWords: Readonly<Record<SizeName | MaterialName | ColourName, Forms>> = {
  small: regular('petit'),
  large: regular('grand'),
  matte: regular('mat'),
  shiny: regular('brillant'),
  striped: regular('rayé'),
  red: alike('rouge'),
  orange: alike('orange', 'orange'),
  yellow: alike('jaune'),
  green: regular('vert'),
  cyan: alike('cyan', 'cyan'),
  blue: regular('bleu'),
  purple: regular('violet', 'violette'),
  pink: alike('rose'),
};

/** `un petit cercle rouge mat`, `deux petites étoiles rouges mates`. */
const french: Counted = ({ size, material, colour, shape }, count) => {
  const noun = frenchNouns[shape];
  const [before, after, last] = [size, colour, material].map((word) => formOf(frenchWords[word], noun, count));
  const number = numeral([noun.gender === 'f' ? 'une' : 'un', 'deux', 'trois', 'quatre', 'cinq'], count);
  return [number, before, count > 1 ? noun.many : noun.one, after, last].join(' ');
};

const spanishNouns: Readonly<Record<ShapeName, Noun>> = {
  circle: { gender: 'm', one: 'círculo', many: 'círculos' },
  square: { gender: 'm', one: 'cuadrado', many: 'cuadrados' },
  triangle: { gender: 'm', one: 'triángulo', many: 'triángulos' },
  star: { gender: 'f', one: 'estrella', many: 'estrellas' },
  ring: { gender: 'm', one: 'anillo', many: 'anillos' },
  cross: { gender: 'f', one: 'cruz', many: 'cruces' },
};

const withO = (stem: string): Forms => regular(`${stem}o`, `${stem}a`);

const spanishWords: Readonly<Record<SizeName | MaterialName | ColourName, Forms>> = {
  small: withO('pequeñ'),
  large: alike('grande'),
  matte: alike('mate'),
  shiny: alike('brillante'),
  striped: withO('rayad'),
  red: withO('roj'),
  orange: alike('naranja', 'naranja'),
  yellow: withO('amarill'),
  green: alike('verde'),
  cyan: alike('cian', 'cian'),
  blue: alike('azul', 'azules'),
  purple: withO('morad'),
  pink: alike('rosa', 'rosa'),
};

/** `un círculo pequeño rojo mate`, `dos estrellas pequeñas rojas mates`. */
const spanish: Counted = ({ size, material, colour, shape }, count) => {
  const noun = spanishNouns[shape];
  const adjectives = [size, colour, material].map((word) => formOf(spanishWords[word], noun, count));
  const number = numeral([noun.gender === 'f' ? 'una' : 'un', 'dos', 'tres', 'cuatro', 'cinco'], count);
  return [number, count > 1 ? noun.many : noun.one, ...adjectives].join(' ');
};

/** A scene has at most five objects. */
const numeral = (words: readonly [string, string, string, string, string], count: number): string =>
  words[count - 1] as string;
