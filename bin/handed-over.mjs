// Where one Node hands over to a newer one: node bin/handed-over.mjs <script> <arguments>

// A parent that was killed must not leave us behind.
if (process.channel) {
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel.unref();
}
process.argv.splice(1, 1);
await import(process.argv[1]);
