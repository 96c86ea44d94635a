import { expect, it } from 'vitest';
import { captionIn, languages, type Scene, type SceneObject } from '../index.js';

const object: SceneObject = {
  shape: 'star',
  colour: 'red',
  size: 'small',
  material: 'matte',
  x: 0.2,
  y: 0.5,
  rotation: 0,
};
const sceneOf = (...objects: Partial<SceneObject>[]): Scene => ({
  background: 'paper',
  seed: 1,
  objects: objects.map((own, index) => ({ ...object, x: index / 10, ...own })),
});
const said = (...objects: Partial<SceneObject>[]): string[] =>
  languages.map((name) => captionIn[name](sceneOf(...objects)));

it('an object is named in every language, in its order of words, gender and endings', () => {
  expect(said({})).toEqual([
    'a small matte red star',
    'ein kleiner matter roter Stern',
    'une petite étoile rouge mate',
    'una estrella pequeña roja mate',
  ]);
  expect(said({ shape: 'square', size: 'large', material: 'striped', colour: 'purple' })).toEqual([
    'a large striped purple square',
    'ein großes gestreiftes violettes Quadrat',
    'un grand carré violet rayé',
    'un cuadrado grande morado rayado',
  ]);
  expect(said({ shape: 'ring', colour: 'orange', material: 'shiny' })).toEqual([
    'a small shiny orange ring',
    'ein kleiner glänzender orangefarbener Ring',
    'un petit anneau orange brillant',
    'un anillo pequeño naranja brillante',
  ]);
});

it('what is alike is counted', () => {
  expect(said({ shape: 'cross' }, { shape: 'cross' }, { shape: 'circle', colour: 'blue' })).toEqual([
    'two small matte red crosses and a small matte blue circle',
    'zwei kleine matte rote Kreuze und ein kleiner matter blauer Kreis',
    'deux petites croix rouges mates et un petit cercle bleu mat',
    'dos cruces pequeñas rojas mates y un círculo pequeño azul mate',
  ]);
  expect(said({ shape: 'ring' }, { shape: 'ring' }, { shape: 'ring' })[2]).toBe('trois petits anneaux rouges mats');
});

it('three things are listed with commas', () => {
  const [, german, french] = said({ shape: 'ring' }, { shape: 'star' }, { shape: 'circle' });
  expect(german).toBe(
    'ein kleiner matter roter Ring, ein kleiner matter roter Stern und ein kleiner matter roter Kreis',
  );
  expect(french).toMatch(/^un petit anneau rouge mat, une petite étoile rouge mate et un petit cercle rouge mat$/);
});
