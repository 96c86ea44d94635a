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

/** Each room begins when somebody enters it; what the first does not need is fetched then. */
const builders: Readonly<Record<Room, () => Promise<Opened>>> = {
  ask: async () => new AskRoom(engine, settings).begin(),
  teach: async () => new (await import('./teach/room.js')).TeachRoom(engine, settings).begin(),
  inside: async () => new (await import('./inside/room.js')).InsideRoom(engine).begin(),
};

const rooms = new Map<Room, Promise<Opened>>();
let open: Room = 'ask';

openTabs((room) => {
  open = room;
  if (!rooms.has(room)) rooms.set(room, builders[room]());
});
void settings.start();

addEventListener('paste', (event) => {
  const files = pastedFiles(event);
  if (files.length > 0) void rooms.get(open)?.then((room) => room.give(files));
});
// What is dropped beside a room would replace the page.
for (const type of ['dragover', 'drop']) addEventListener(type, (event) => event.preventDefault());
