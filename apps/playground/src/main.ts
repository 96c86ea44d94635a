import { AskRoom } from './ask/room.js';
import { Engine } from './engine.js';
import { pastedFiles, type GivenFile } from './pictures/choose.js';
import { Settings } from './settings.js';
import { openTabs, type Room } from './tabs.js';

/** A room that takes pictures which are pasted while it is open. */
interface Opened {
  give(files: readonly GivenFile[]): Promise<void>;
}

const engine = new Engine();
const settings = new Settings(engine);
const ask = new AskRoom(engine, settings);
const answered = ask.begin();
void settings.start();

const rooms = new Map<Room, Promise<Opened>>([['ask', Promise.resolve(ask)]]);
let open: Room = 'ask';

/** The other rooms are fetched when somebody enters them. */
const builders: Readonly<Record<Exclude<Room, 'ask'>, () => Promise<Opened>>> = {
  teach: async () => new (await import('./teach/room.js')).TeachRoom(engine, settings).begin(),
  inside: async () => new (await import('./inside/room.js')).InsideRoom(engine).begin(),
};

openTabs((room) => {
  open = room;
  if (room !== 'ask' && !rooms.has(room)) rooms.set(room, answered.then(builders[room]));
});

addEventListener('paste', (event) => {
  const files = pastedFiles(event);
  if (files.length > 0) void rooms.get(open)?.then((room) => room.give(files));
});
// What is dropped beside a room would replace the page.
for (const type of ['dragover', 'drop']) addEventListener(type, (event) => event.preventDefault());
