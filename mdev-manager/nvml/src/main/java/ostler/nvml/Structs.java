package ostler.nvml;

import com.sun.jna.Structure;
import com.sun.jna.Structure.FieldOrder;
import java.util.List;

/**
 * NVML's structs, as its header lays them out for x86-64 and AArch64. Each says its size in bytes,
 * which is asserted when one is made: a wrong layout would let the library write over memory that
 * is not its own.
 */
final class Structs {

  static final int MAX_BUS_ID = 32;
  static final int MAX_NAME = 96;

  private Structs() {}

  /** One of each, with the header's name for it, for comparing them with a C compiler's. */
  static List<Sized> all() {
    return List.of(
        new PciInfo(),
        new MemoryInfo(),
        new Utilization(),
        new FieldValue(),
        new ProcessInfo(),
        new ProfileInfo(),
        new Placement(),
        new InstanceInfo(),
        new ComputeProfileInfo());
  }

  /** A struct of a known name and size. */
  abstract static class Sized extends Structure {

    private static final int VERSION_SHIFT = 24;

    private final String name;
    private final int bytes;

    Sized(String name, int bytes) {
      this.name = name;
      this.bytes = bytes;
    }

    String name() {
      return name;
    }

    int checkedSize() {
      if (size() != bytes) {
        throw new IllegalStateException(name + " has " + size() + " bytes, not " + bytes);
      }
      return bytes;
    }

    /** What the header's NVML_STRUCT_VERSION makes: the size, and the version above it. */
    int versioned(int version) {
      return checkedSize() | version << VERSION_SHIFT;
    }
  }

  /** Where a device is. */
  @FieldOrder({"legacy", "domain", "bus", "device", "id", "subsystem", "busId"})
  public static final class PciInfo extends Sized {
    public byte[] legacy = new byte[16];
    public int domain;
    public int bus;
    public int device;
    public int id;
    public int subsystem;
    public byte[] busId = new byte[MAX_BUS_ID];

    PciInfo() {
      super("nvmlPciInfo_t", 68);
    }
  }

  /** Memory, in bytes. */
  @FieldOrder({"version", "total", "reserved", "free", "used"})
  public static final class MemoryInfo extends Sized {
    public int version;
    public long total;
    public long reserved;
    public long free;
    public long used;

    MemoryInfo() {
      super("nvmlMemory_v2_t", 40);
      version = versioned(2);
    }
  }

  /** Percent of the last sampling period. */
  @FieldOrder({"gpu", "memory"})
  public static final class Utilization extends Sized {
    public int gpu;
    public int memory;

    Utilization() {
      super("nvmlUtilization_t", 8);
    }
  }

  /** A value that has a number instead of a function; the value itself is a union of 8 bytes. */
  @FieldOrder({"field", "scope", "timestamp", "latency", "type", "code", "value"})
  public static final class FieldValue extends Sized {
    public int field;
    public int scope;
    public long timestamp;
    public long latency;
    public int type;
    public int code;
    public long value;

    FieldValue() {
      super("nvmlFieldValue_t", 40);
    }
  }

  /** A process with a context on a device. */
  @FieldOrder({"pid", "memory", "gpuInstance", "computeInstance"})
  public static final class ProcessInfo extends Sized {
    public int pid;
    public long memory;
    public int gpuInstance;
    public int computeInstance;

    ProcessInfo() {
      super("nvmlProcessInfo_t", 24);
    }
  }

  /** A kind of GPU instance. */
  @FieldOrder({
    "version",
    "id",
    "peers",
    "slices",
    "instances",
    "multiprocessors",
    "copyEngines",
    "decoders",
    "encoders",
    "jpegs",
    "opticalFlows",
    "memoryMib",
    "name"
  })
  public static final class ProfileInfo extends Sized {
    public int version;
    public int id;
    public int peers;
    public int slices;
    public int instances;
    public int multiprocessors;
    public int copyEngines;
    public int decoders;
    public int encoders;
    public int jpegs;
    public int opticalFlows;
    public long memoryMib;
    public byte[] name = new byte[MAX_NAME];

    ProfileInfo() {
      super("nvmlGpuInstanceProfileInfo_v2_t", 152);
      version = versioned(2);
    }
  }

  /** Where a GPU instance lies, in the card's slices of memory. */
  @FieldOrder({"start", "size"})
  public static final class Placement extends Sized {
    public int start;
    public int size;

    Placement() {
      super("nvmlGpuInstancePlacement_t", 8);
    }
  }

  /** A GPU instance; the device is a handle. */
  @FieldOrder({"device", "id", "profile", "start", "size"})
  public static final class InstanceInfo extends Sized {
    public long device;
    public int id;
    public int profile;
    public int start;
    public int size;

    InstanceInfo() {
      super("nvmlGpuInstanceInfo_t", 24);
    }
  }

  /** A kind of compute instance. */
  @FieldOrder({
    "id",
    "slices",
    "instances",
    "multiprocessors",
    "copyEngines",
    "decoders",
    "encoders",
    "jpegs",
    "opticalFlows"
  })
  public static final class ComputeProfileInfo extends Sized {
    public int id;
    public int slices;
    public int instances;
    public int multiprocessors;
    public int copyEngines;
    public int decoders;
    public int encoders;
    public int jpegs;
    public int opticalFlows;

    ComputeProfileInfo() {
      super("nvmlComputeInstanceProfileInfo_t", 36);
    }
  }
}
