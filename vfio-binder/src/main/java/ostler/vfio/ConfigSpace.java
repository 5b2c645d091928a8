package ostler.vfio;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.OptionalInt;
import ostler.pci.PciAddress;
import ostler.root.Attribute;
import ostler.root.Deadline;
import ostler.root.KernelException;
import ostler.root.KernelOperation;
import ostler.root.Layout;

/**
 * A function's own registers, through {@code config}. Unlike the attributes beside it, which the
 * kernel remembers, this asks the device itself. Register names and offsets are those of the PCI
 * specification, as in Linux's {@code include/uapi/linux/pci_regs.h}.
 */
final class ConfigSpace {

  /** Answers to loads and stores in its memory BARs. */
  static final int COMMAND_MEMORY = 0x2;

  /** May itself read and write the machine's memory. */
  static final int COMMAND_MASTER = 0x4;

  private static final int VENDOR = 0x00;
  private static final int COMMAND = 0x04;
  private static final int STATUS = 0x06;
  private static final int STATUS_HAS_CAPABILITIES = 0x10;
  private static final int FIRST_CAPABILITY = 0x34;
  private static final int FIRST_FREE_OFFSET = 0x40;

  /** A list with a loop in it would never end; there is room for no more. */
  private static final int MAX_CAPABILITIES = 48;

  /** What every read of a device that has fallen off the bus gives. */
  private static final int ALL_ONES_16 = 0xffff;

  private final Layout layout;
  private final Deadline deadline;

  ConfigSpace(Layout layout, Deadline deadline) {
    this.layout = layout;
    this.deadline = deadline;
  }

  /** Whether the device still answers. */
  boolean answers(PciAddress device) throws KernelException {
    return word(device, VENDOR) != ALL_ONES_16;
  }

  int vendor(PciAddress device) throws KernelException {
    return word(device, VENDOR);
  }

  int command(PciAddress device) throws KernelException {
    return word(device, COMMAND);
  }

  void setCommand(PciAddress device, int value) throws KernelException {
    setWord(device, COMMAND, value);
  }

  /** Where a capability of this number begins; empty where the device has none. */
  OptionalInt capability(PciAddress device, int number) throws KernelException {
    if ((word(device, STATUS) & STATUS_HAS_CAPABILITIES) == 0) {
      return OptionalInt.empty();
    }
    int at = word(device, FIRST_CAPABILITY) & 0xfc;
    for (int seen = 0; seen < MAX_CAPABILITIES && at >= FIRST_FREE_OFFSET; seen++) {
      int head = word(device, at);
      if ((head & 0xff) == number) {
        return OptionalInt.of(at);
      }
      at = (head >> 8) & 0xfc;
    }
    return OptionalInt.empty();
  }

  /** 16 bits, 0 to 0xffff. */
  int word(PciAddress device, int offset) throws KernelException {
    return Short.toUnsignedInt(read(device, offset, Short.BYTES).getShort());
  }

  void setWord(PciAddress device, int offset, int value) throws KernelException {
    write(device, offset, buffer(Short.BYTES).putShort((short) value).flip());
  }

  /** 32 bits. */
  int doubleWord(PciAddress device, int offset) throws KernelException {
    return read(device, offset, Integer.BYTES).getInt();
  }

  void setDoubleWord(PciAddress device, int offset, int value) throws KernelException {
    write(device, offset, buffer(Integer.BYTES).putInt(value).flip());
  }

  private ByteBuffer read(PciAddress device, int offset, int bytes) throws KernelException {
    return deadline.within(
        KernelOperation.CONFIG,
        device,
        () -> {
          ByteBuffer value = buffer(bytes);
          try (FileChannel config = open(device, StandardOpenOption.READ)) {
            if (config.read(value, offset) != bytes) {
              throw new EOFException("the configuration space ends before " + offset);
            }
          }
          return value.flip();
        });
  }

  private void write(PciAddress device, int offset, ByteBuffer value) throws KernelException {
    deadline.during(
        KernelOperation.CONFIG,
        device,
        () -> {
          try (FileChannel config = open(device, StandardOpenOption.WRITE)) {
            config.write(value, offset);
          }
        });
  }

  private FileChannel open(PciAddress device, StandardOpenOption how) throws IOException {
    return FileChannel.open(layout.attribute(device, Attribute.CONFIG), how);
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
