package ostler.vfio.scrub;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A memory BAR as a row of bytes, mapped from its file in sysfs: the kernel lets such a file be
 * mapped, and neither read nor written. Loads and stores go to the device.
 */
final class BarMemory {

  /** A buffer's length is an int; what is mapped stays so until the process ends. */
  private static final int PART_BYTES = 1 << 28;

  private final long bytes;
  private final List<ByteBuffer> parts = new ArrayList<>();

  /**
   * Maps the whole.
   *
   * @throws IOException if the kernel does not let it be mapped
   */
  BarMemory(Path file, long bytes) throws IOException {
    this.bytes = bytes;
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      for (long at = 0; at < bytes; at += PART_BYTES) {
        long length = Math.min(PART_BYTES, bytes - at);
        parts.add(channel.map(FileChannel.MapMode.READ_WRITE, at, length));
      }
    }
  }

  long bytes() {
    return bytes;
  }

  /** Writes all of the source; it must not reach across the edge of a part. */
  void put(long at, byte[] source) {
    part(at).put(within(at), source);
  }

  /** Reads as many bytes as the target holds, with the same bound. */
  void get(long at, byte[] target) {
    part(at).get(within(at), target);
  }

  private ByteBuffer part(long at) {
    return parts.get((int) (at / PART_BYTES));
  }

  private static int within(long at) {
    return (int) (at % PART_BYTES);
  }
}
