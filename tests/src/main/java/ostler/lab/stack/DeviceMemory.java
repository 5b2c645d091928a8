package ostler.lab.stack;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * A device's memory as seen from outside the guest, in the file that QEMU keeps it in: a witness
 * that neither the guest's kernel nor Ostler has any part in.
 *
 * @param file as large as the memory
 */
public record DeviceMemory(Path file) {

  private static final int CHUNK_BYTES = 1 << 20;

  /** How often the pattern stands in it. */
  public int count(byte[] pattern) throws IOException {
    if (pattern.length == 0 || pattern.length > CHUNK_BYTES) {
      throw new IllegalArgumentException("a pattern has 1 to " + CHUNK_BYTES + " bytes");
    }
    byte[] window = new byte[pattern.length - 1 + CHUNK_BYTES];
    int kept = 0;
    int found = 0;
    try (FileChannel channel = FileChannel.open(file)) {
      while (true) {
        int read = channel.read(ByteBuffer.wrap(window, kept, CHUNK_BYTES));
        if (read < 0) {
          return found;
        }
        int length = kept + read;
        found += countIn(window, length, pattern);
        kept = Math.min(length, pattern.length - 1);
        System.arraycopy(window, length - kept, window, 0, kept);
      }
    }
  }

  /** How many of its bytes are not zero. */
  public long nonZeroBytes() throws IOException {
    long count = 0;
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
    try (FileChannel channel = FileChannel.open(file)) {
      while (channel.read(chunk.clear()) >= 0) {
        chunk.flip();
        while (chunk.remaining() >= Long.BYTES) {
          long word = chunk.getLong();
          for (; word != 0; word >>>= Byte.SIZE) {
            count += (word & 0xff) == 0 ? 0 : 1;
          }
        }
        while (chunk.hasRemaining()) {
          count += chunk.get() == 0 ? 0 : 1;
        }
      }
    }
    return count;
  }

  /** Writes into it from outside, as if a tenant had left something. */
  public void plant(long offset, byte[] bytes) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(bytes), offset);
    }
  }

  /** Copies it as it is now; what is zero takes no room on the disk. */
  public void copyTo(Path target) throws IOException {
    byte[] zeros = new byte[CHUNK_BYTES];
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
    Files.deleteIfExists(target);
    try (FileChannel from = FileChannel.open(file);
        FileChannel to =
            FileChannel.open(
                target,
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.WRITE,
                StandardOpenOption.SPARSE)) {
      long position = 0;
      while (from.read(chunk.clear(), position) >= 0) {
        int length = chunk.flip().remaining();
        boolean last = position + length >= from.size();
        if (last || !Arrays.equals(chunk.array(), 0, length, zeros, 0, length)) {
          to.write(chunk, position);
        }
        position += length;
      }
    }
  }

  private static int countIn(byte[] text, int length, byte[] pattern) {
    int found = 0;
    for (int at = 0; at + pattern.length <= length; at++) {
      if (text[at] == pattern[0]
          && Arrays.equals(text, at, at + pattern.length, pattern, 0, pattern.length)) {
        found++;
      }
    }
    return found;
  }
}
