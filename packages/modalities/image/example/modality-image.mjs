// Pictures, decoded as Sensorium decodes them: upright, in sRGB, transparency over white.
// npm install sharp

/**
 * A path or the bytes of a file → { width, height, data }: 8 bits each of red, green and blue. On a page, which has no sharp,
 * a canvas gives the pixels: createImageBitmap, drawImage over white, getImageData, without every fourth value.
 */
export async function decode(source) {
  const { default: sharp } = await import('sharp');
  const picture = sharp(source, { failOn: 'error' });
  const { space } = await picture.metadata();
  const deep = space === 'rgb16' || space === 'grey16';
  const { data, info } = await picture
    .autoOrient()
    .toColourspace(deep ? 'rgb16' : 'srgb')
    .raw({ depth: deep ? 'ushort' : 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const values = deep ? new Uint16Array(data.buffer, data.byteOffset, data.length / 2) : data;
  const most = deep ? 65535 : 255;
  const rgb = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const opacity = channels === 4 ? values[pixel * 4 + 3] / most : 1;
    for (let channel = 0; channel < 3; channel++) {
      const colour = values[pixel * channels + channel] * (255 / most);
      rgb[pixel * 3 + channel] = Math.round(colour * opacity + 255 * (1 - opacity));
    }
  }
  return { width, height, data: rgb };
}
