// What Vite makes of imports that name files.
/// <reference types="vite/client" />
