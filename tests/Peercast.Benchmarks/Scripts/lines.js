// Requests as lines on the standard input, answers on the standard output.
require('readline').createInterface({ input: process.stdin })
  .on('line', async line => process.stdout.write(await answerTo(JSON.parse(line)) + '\n'))
  .on('close', () => process.exit(0));
