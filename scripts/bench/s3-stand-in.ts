// The S3 stand-in as a process: started by `fork`, tells its address, ends when it is told to or its parent is gone.
import { startS3StandIn } from '../../test/parts/s3-stand-in/start.ts';

const { endpoint, accessKeyId, secretAccessKey, stop } = await startS3StandIn();
const end = async () => {
  await stop();
  process.exit(0);
};
process.once('message', () => void end());
process.once('disconnect', () => void end());
process.send?.({ endpoint, accessKeyId, secretAccessKey });
