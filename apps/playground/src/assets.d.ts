// What Vite makes of imports that name files.
declare module '*?url' {
  const url: string;
  export default url;
}
