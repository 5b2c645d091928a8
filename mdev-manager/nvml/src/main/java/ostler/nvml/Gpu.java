package ostler.nvml;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import ostler.inventory.DeviceUuid;
import ostler.inventory.SerialNumber;
import ostler.pci.PciAddress;

/** One device as NVML sees it: only while NVIDIA's driver is bound to it. */
public final class Gpu {

  static final int UUID_BYTES = 96;
  private static final int SERIAL_BYTES = 30;

  private static final int SENSOR_GPU = 0;
  private static final int UNCORRECTED = 1;
  private static final int SINCE_DRIVER_LOADED = 0;
  private static final int DOUBLE_BIT = 1;

  /** Where in a process's struct the number of its GPU instance is; ~0 is none. */
  private static final int PROCESS_INSTANCE = 16;

  /** NVML_FI_DEV_GET_GPU_RECOVERY_ACTION. */
  private static final int RECOVERY_ACTION = 230;

  private final Binding binding;
  private final PciAddress address;
  private final Pointer device;

  Gpu(Binding binding, PciAddress address, Pointer device) {
    this.binding = binding;
    this.address = address;
    this.device = device;
  }

  /** What the header calls MIG: this card cut into instances. */
  public Mig mig() {
    return new Mig(binding, device);
  }

  /** A lookup that found another card would let its neighbour's health be taken for its own. */
  void requireIsAt(PciAddress wanted) throws NvmlException {
    Structs.PciInfo info = new Structs.PciInfo();
    info.checkedSize();
    binding.call(NvmlFunction.PCI_INFO, device, info);
    if (info.domain != wanted.domain()
        || info.bus != wanted.bus()
        || info.device != wanted.device()) {
      throw new NvmlException(
          NvmlFunction.PCI_INFO, NvmlError.OTHER, "it is " + Binding.text(info.busId));
    }
  }

  /**
   * Reads all that is of use. What this card or this library does not have is absent; everything
   * else that could not be read is in the reading's failures.
   */
  public GpuReading read() {
    List<NvmlException> failures = new ArrayList<>();
    return new GpuReading(
        address,
        ask(failures, () -> binding.text(NvmlFunction.NAME, Structs.MAX_NAME, device)),
        ask(failures, () -> binding.text(NvmlFunction.UUID, UUID_BYTES, device))
            .flatMap(DeviceUuid::tryParse),
        ask(failures, () -> binding.text(NvmlFunction.SERIAL, SERIAL_BYTES, device))
            .flatMap(SerialNumber::tryParse),
        ask(failures, this::memory),
        number(failures, () -> binding.number(NvmlFunction.TEMPERATURE, device, SENSOR_GPU)),
        number(failures, () -> binding.number(NvmlFunction.POWER, device)),
        ask(failures, this::load),
        ask(failures, () -> binding.number(NvmlFunction.PERSISTENCE, device) != 0),
        wear(failures),
        ask(failures, this::recovery),
        ask(failures, () -> mig().mode()),
        List.copyOf(failures));
  }

  private GpuReading.Wear wear(List<NvmlException> failures) {
    return new GpuReading.Wear(
        number(failures, this::uncorrected),
        number(failures, this::retired),
        ask(failures, () -> binding.number(NvmlFunction.RETIREMENT_PENDING, device) != 0),
        ask(failures, this::remapped));
  }

  private GpuReading.Memory memory() throws NvmlException {
    Structs.MemoryInfo info = new Structs.MemoryInfo();
    binding.call(NvmlFunction.MEMORY, device, info);
    return new GpuReading.Memory(info.total, info.used);
  }

  private GpuReading.Load load() throws NvmlException {
    Structs.Utilization load = new Structs.Utilization();
    load.checkedSize();
    binding.call(NvmlFunction.UTILIZATION, device, load);
    return new GpuReading.Load(load.gpu, load.memory);
  }

  private long uncorrected() throws NvmlException {
    LongByReference count = new LongByReference();
    binding.call(NvmlFunction.ECC_ERRORS, device, UNCORRECTED, SINCE_DRIVER_LOADED, count);
    return count.getValue();
  }

  private long retired() throws NvmlException {
    return binding.length(
        NvmlFunction.RETIRED_PAGES,
        (list, count) -> new Object[] {device, DOUBLE_BIT, count, list, Pointer.NULL});
  }

  private GpuReading.Remapped remapped() throws NvmlException {
    IntByReference corrected = new IntByReference();
    IntByReference uncorrected = new IntByReference();
    IntByReference pending = new IntByReference();
    IntByReference failed = new IntByReference();
    binding.call(NvmlFunction.REMAPPED_ROWS, device, corrected, uncorrected, pending, failed);
    return new GpuReading.Remapped(
        Integer.toUnsignedLong(corrected.getValue()),
        Integer.toUnsignedLong(uncorrected.getValue()),
        pending.getValue() != 0,
        failed.getValue() != 0);
  }

  private RecoveryAction recovery() throws NvmlException {
    Structs.FieldValue value = new Structs.FieldValue();
    value.checkedSize();
    value.field = RECOVERY_ACTION;
    binding.call(NvmlFunction.FIELD_VALUES, device, 1, value);
    if (value.code != 0) {
      throw new NvmlException(NvmlFunction.FIELD_VALUES, value.code);
    }
    return RecoveryAction.of((int) value.value);
  }

  /**
   * The processes that have a context on this device.
   *
   * @throws NvmlException if NVML does not say: then there may be any
   */
  public List<GpuProcess> processes() throws NvmlException {
    List<GpuProcess> processes = new ArrayList<>();
    for (NvmlFunction function :
        List.of(NvmlFunction.COMPUTE_PROCESSES, NvmlFunction.GRAPHICS_PROCESSES)) {
      int bytes = new Structs.ProcessInfo().checkedSize();
      Binding.Elements found =
          binding.list(function, bytes, (list, count) -> new Object[] {device, count, list});
      for (int at = 0; at < found.count(); at++) {
        long from = (long) at * bytes;
        processes.add(
            new GpuProcess(
                Integer.toUnsignedLong(found.memory().getInt(from)),
                found.memory().getInt(from + PROCESS_INSTANCE)));
      }
    }
    return processes;
  }

  /** A question to NVML. */
  @FunctionalInterface
  private interface Question<T> {
    T ask() throws NvmlException;
  }

  private static <T> Optional<T> ask(List<NvmlException> failures, Question<T> question) {
    try {
      return Optional.of(question.ask());
    } catch (NvmlException e) {
      if (!e.isAbsence()) {
        failures.add(e);
      }
      return Optional.empty();
    }
  }

  private static OptionalLong number(List<NvmlException> failures, Question<Long> question) {
    Optional<Long> answer = ask(failures, question);
    return answer.isPresent() ? OptionalLong.of(answer.get()) : OptionalLong.empty();
  }
}
