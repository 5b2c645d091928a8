package ostler.vfio.scrub;

import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import ostler.pci.PciAddress;

/**
 * A vfio group as its holder holds it, for the one thing that sysfs cannot do: resetting a whole
 * bus when its devices are functions of one card.
 *
 * <p>The kernel resets a bus only for somebody who has opened all groups on it, and lets a group be
 * opened once. So this does not open it: it takes a duplicate of the guard's own descriptor
 * (pidfd_getfd(2), Linux 5.6), and there is no moment in which nobody holds the group. The calls
 * and numbers are those of {@code include/uapi/linux/vfio.h}.
 */
public final class VfioGroup implements AutoCloseable {

  private static final int O_RDWR = 2;
  private static final int O_CLOEXEC = 02000000;
  private static final long PIDFD_OPEN = 434;
  private static final long PIDFD_GETFD = 438;

  private static final long SET_IOMMU = 0x3b66;
  private static final long GROUP_GET_STATUS = 0x3b67;
  private static final long GROUP_SET_CONTAINER = 0x3b68;
  private static final long GROUP_UNSET_CONTAINER = 0x3b69;
  private static final long GROUP_GET_DEVICE_FD = 0x3b6a;
  private static final long GET_PCI_HOT_RESET_INFO = 0x3b70;
  private static final long PCI_HOT_RESET = 0x3b71;

  private static final long TYPE1_IOMMU = 1;
  private static final int STATUS_VIABLE = 1;
  private static final int STATUS_CONTAINER_SET = 2;

  /** More devices than any bus has. */
  private static final int MAX_AFFECTED = 256;

  private static final int INFO_HEADER_BYTES = 12;
  private static final int INFO_DEVICE_BYTES = 8;

  private final LibC c = Native.load("c", LibC.class);
  private final List<Integer> open = new ArrayList<>();
  private final int group;
  private final int device;

  /** The C library's calls; all say -1 and an error number when they fail. */
  interface LibC extends Library {
    int open(byte[] path, int flags) throws LastErrorException;

    int close(int descriptor) throws LastErrorException;

    int ioctl(int descriptor, long request, Object... argument) throws LastErrorException;

    int syscall(long number, Object... arguments) throws LastErrorException;
  }

  /**
   * Duplicates the holder's descriptor and opens one of the group's devices by it.
   *
   * @param container {@code /dev/vfio/vfio}
   * @param holder the process that has the group open
   * @param descriptor which of its descriptors that is
   * @throws IOException if the kernel does not let it
   */
  public VfioGroup(Path container, long holder, int descriptor, PciAddress member)
      throws IOException {
    try {
      int process = kept(c.syscall(PIDFD_OPEN, (int) holder, 0));
      group = kept(c.syscall(PIDFD_GETFD, process, descriptor, 0));
      // What a killed run left behind stays with the holder's descriptor until it is undone.
      if ((status() & STATUS_CONTAINER_SET) != 0) {
        c.ioctl(group, GROUP_UNSET_CONTAINER);
      }
      if ((status() & STATUS_VIABLE) == 0) {
        throw new IOException("Operation not permitted");
      }
      Memory number = new Memory(Integer.BYTES);
      number.setInt(0, kept(c.open(path(container), O_RDWR | O_CLOEXEC)));
      c.ioctl(group, GROUP_SET_CONTAINER, number);
      c.ioctl(number.getInt(0), SET_IOMMU, TYPE1_IOMMU);
      device = kept(c.ioctl(group, GROUP_GET_DEVICE_FD, text(member)));
    } catch (LastErrorException e) {
      closeAll();
      throw failed(e);
    } catch (IOException e) {
      closeAll();
      throw e;
    }
  }

  /**
   * The IOMMU groups that a reset would reach.
   *
   * @throws IOException with ENODEV if the kernel cannot reset that bus at all
   */
  public Set<Integer> affectedGroups() throws IOException {
    Memory info = new Memory(INFO_HEADER_BYTES + (long) MAX_AFFECTED * INFO_DEVICE_BYTES);
    info.clear();
    info.setInt(0, (int) info.size());
    try {
      c.ioctl(device, GET_PCI_HOT_RESET_INFO, info);
    } catch (LastErrorException e) {
      throw failed(e);
    }
    int count = info.getInt(8);
    return java.util.stream.IntStream.range(0, Math.min(count, MAX_AFFECTED))
        .mapToObj(i -> info.getInt(INFO_HEADER_BYTES + (long) i * INFO_DEVICE_BYTES))
        .collect(Collectors.toSet());
  }

  /**
   * Resets the bus, and with it all functions on it.
   *
   * @throws IOException if the kernel refuses
   */
  public void resetBus() throws IOException {
    Memory request = new Memory(4L * Integer.BYTES);
    request.setInt(0, (int) request.size());
    request.setInt(4, 0);
    request.setInt(8, 1);
    request.setInt(12, group);
    try {
      c.ioctl(device, PCI_HOT_RESET, request);
    } catch (LastErrorException e) {
      throw failed(e);
    }
  }

  /** Leaves the group as its holder had it. */
  @Override
  public void close() throws IOException {
    try {
      c.close(device);
      open.remove((Integer) device);
      c.ioctl(group, GROUP_UNSET_CONTAINER);
    } catch (LastErrorException e) {
      throw failed(e);
    } finally {
      closeAll();
    }
  }

  private int status() {
    Memory status = new Memory(2L * Integer.BYTES);
    status.setInt(0, (int) status.size());
    status.setInt(4, 0);
    c.ioctl(group, GROUP_GET_STATUS, status);
    return status.getInt(4);
  }

  private int kept(int descriptor) {
    open.add(descriptor);
    return descriptor;
  }

  private void closeAll() {
    for (int at = open.size() - 1; at >= 0; at--) {
      c.close(open.get(at));
    }
    open.clear();
  }

  private static Pointer text(PciAddress member) {
    byte[] name = member.toString().getBytes(StandardCharsets.US_ASCII);
    Memory text = new Memory(name.length + 1L);
    text.clear();
    text.write(0, name, 0, name.length);
    return text;
  }

  private static byte[] path(Path path) {
    return (path + "\0").getBytes(StandardCharsets.UTF_8);
  }

  /** The message begins with the number in brackets; what follows are the C library's words. */
  private static IOException failed(LastErrorException e) {
    return new IOException(e.getMessage().replaceFirst("^\\[\\d+\\] ?", ""), e);
  }
}
