package ostler.vfio.scrub;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A register of 32 bits at the begin of a memory BAR. */
public final class MappedRegister {

  private final ByteBuffer register;

  /**
   * Maps the BAR's first bytes.
   *
   * @throws IOException if the kernel does not let it be mapped
   */
  public MappedRegister(Path bar) throws IOException {
    try (FileChannel channel =
        FileChannel.open(bar, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      register =
          channel
              .map(FileChannel.MapMode.READ_WRITE, 0, Integer.BYTES)
              .order(ByteOrder.LITTLE_ENDIAN);
    }
  }

  public int get() {
    return register.getInt(0);
  }

  public void set(int value) {
    register.putInt(0, value);
  }
}
