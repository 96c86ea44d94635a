/** On a page: what @sensorium/web has, and nothing of Node. */
export * from '@sensorium/web';
