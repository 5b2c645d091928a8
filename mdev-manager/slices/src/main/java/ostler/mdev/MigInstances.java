package ostler.mdev;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import ostler.inventory.DeviceUuid;
import ostler.inventory.MdevType;
import ostler.inventory.MdevTypeId;
import ostler.inventory.SlicePlacement;
import ostler.nvml.Gpu;
import ostler.nvml.GpuInstance;
import ostler.nvml.GpuProcess;
import ostler.nvml.Mig;
import ostler.nvml.MigMode;
import ostler.nvml.MigProfile;
import ostler.nvml.Nvml;
import ostler.nvml.NvmlError;
import ostler.nvml.NvmlException;
import ostler.nvml.NvmlLibrary;
import ostler.pci.DriverName;
import ostler.pci.PciAddress;
import ostler.root.Deadline;
import ostler.root.Devices;
import ostler.root.Holder;
import ostler.root.KernelError;
import ostler.root.KernelException;
import ostler.root.KernelOperation;
import ostler.root.Layout;
import ostler.root.ProcessName;

/**
 * Slices as GPU instances of a card (MIG), each with one compute instance over the whole of it. A
 * type's id is its profile's name, which is the same on every card of a model.
 *
 * <p>NVML numbers instances anew, so what the books mean by one is its profile and where it lies.
 * Without NVIDIA's driver, and while the card's MIG mode is off, a card has none.
 */
final class MigInstances implements Backend {

  private static final DriverName NVIDIA = new DriverName("nvidia");

  private final Layout layout;
  private final MigCards cards;
  private final Devices devices;
  private final Deadline deadline;
  private final NvmlLibrary library;

  MigInstances(Layout layout, Deadline deadline, NvmlLibrary library) {
    this.layout = layout;
    this.cards = new MigCards(layout);
    this.devices = new Devices(layout, deadline);
    this.deadline = deadline;
    this.library = library;
  }

  @Override
  public boolean isAt(PciAddress place) {
    return cards.has(place) && isDriven(place);
  }

  /** Whether NVIDIA's driver holds the card, without which NVML does not see it. */
  boolean isDriven(PciAddress place) {
    return devices.driver(place).equals(Optional.of(NVIDIA));
  }

  /** The same where a driver that cannot be read must not be taken for none. */
  private boolean isSurelyDriven(PciAddress place) throws KernelException {
    return devices.readDriver(place).equals(Optional.of(NVIDIA));
  }

  @Override
  public List<MdevType> types(PciAddress place) throws KernelException {
    return ask(KernelOperation.NVML, place, gpu -> types(gpu.mig()));
  }

  private static List<MdevType> types(Mig mig) throws NvmlException {
    List<MdevType> types = new ArrayList<>();
    if (!mig.mode().current()) {
      return types;
    }
    for (MigProfile profile : mig.profiles()) {
      Optional<MdevTypeId> id = MdevTypeId.tryParse(profile.name());
      if (id.isPresent()) {
        types.add(
            new MdevType(
                id.get(),
                Optional.of(profile.name()),
                Optional.of(
                    "framebuffer=%dM, slices=%d, multiprocessors=%d"
                        .formatted(
                            profile.memoryMib(), profile.slices(), profile.multiprocessors())),
                Optional.empty(),
                OptionalInt.of(mig.remaining(profile))));
      }
    }
    return types;
  }

  @Override
  public List<Present> present(PciAddress place) throws KernelException {
    if (!isAt(place)) {
      return List.of();
    }
    return ask(
        KernelOperation.NVML,
        place,
        gpu -> {
          List<MigProfile> profiles = gpu.mig().profiles();
          return gpu.mig().instances().stream()
              .map(instance -> present(place, instance, profiles))
              .toList();
        });
  }

  private static Present present(
      PciAddress place, GpuInstance instance, List<MigProfile> profiles) {
    return new Present(
        SliceKind.MIG,
        place,
        Optional.empty(),
        profiles.stream()
            .filter(profile -> profile.id() == instance.profile())
            .findFirst()
            .flatMap(profile -> MdevTypeId.tryParse(profile.name())),
        Optional.of(instance.placement()));
  }

  /** How many instances are on a card, also on one that no operator has given to MIG. */
  int count(PciAddress place) throws KernelException {
    return ask(
        KernelOperation.NVML, place, gpu -> isAbsent(gpu) ? 0 : gpu.mig().instances().size());
  }

  private static boolean isAbsent(Gpu gpu) throws NvmlException {
    try {
      gpu.mig().mode();
      return false;
    } catch (NvmlException e) {
      if (e.error() == NvmlError.NOT_SUPPORTED) {
        return true;
      }
      throw e;
    }
  }

  @Override
  public Sight look(Slice slice, PciAddress parent) throws KernelException {
    Optional<SlicePlacement> where = slice.wish().placement();
    if (where.isEmpty() || !isSurelyDriven(parent)) {
      return Sight.ABSENT;
    }
    return ask(
        KernelOperation.NVML,
        parent,
        gpu -> {
          Mig mig = gpu.mig();
          Optional<GpuInstance> there =
              mig.instances().stream()
                  .filter(instance -> instance.placement().overlaps(where.get()))
                  .findFirst();
          if (there.isEmpty()) {
            return Sight.ABSENT;
          }
          if (!isMeant(there.get(), slice, profile(mig, slice))) {
            return Sight.OTHER;
          }
          return there.get().hasCompute() ? Sight.THERE : Sight.HALF;
        });
  }

  private static boolean isMeant(GpuInstance there, Slice slice, Optional<MigProfile> profile) {
    return slice.wish().placement().equals(Optional.of(there.placement()))
        && profile.filter(its -> its.id() == there.profile()).isPresent();
  }

  private static Optional<MigProfile> profile(Mig mig, Slice slice) throws NvmlException {
    return profile(mig, slice.wish().type().orElseThrow());
  }

  private static Optional<MigProfile> profile(Mig mig, MdevTypeId type) throws NvmlException {
    return mig.profiles().stream()
        .filter(profile -> profile.name().equals(type.value()))
        .findFirst();
  }

  /**
   * The processes that work on a slice, computing or drawing, as NVML tells of them; one that NVML
   * puts on no instance may work on any. Without the driver nothing can.
   *
   * @throws KernelException if NVML does not say: then there may be any
   */
  List<Holder> holders(Slice slice, PciAddress parent) throws KernelException {
    if (!isSurelyDriven(parent)) {
      return List.of();
    }
    List<GpuProcess> processes =
        ask(
            KernelOperation.NVML,
            parent,
            gpu -> {
              Optional<GpuInstance> there = instance(gpu.mig(), slice);
              return there.isPresent()
                  ? gpu.processes().stream().filter(one -> one.mayUse(there.get())).toList()
                  : List.of();
            });
    return named(processes, "a MIG instance of " + parent);
  }

  /**
   * The processes that work on any part of a card.
   *
   * @throws KernelException as {@link #holders(Slice, PciAddress)}
   */
  List<Holder> holders(PciAddress place) throws KernelException {
    return named(ask(KernelOperation.NVML, place, Gpu::processes), place.toString());
  }

  private List<Holder> named(List<GpuProcess> processes, String what) {
    return processes.stream()
        .map(GpuProcess::pid)
        .distinct()
        .sorted()
        .map(pid -> new Holder(pid, ProcessName.orUnknown(layout, pid), what))
        .toList();
  }

  /** What programs are given of a slice; empty while it is not there, or half. */
  Optional<DeviceUuid> handle(Slice slice, PciAddress parent) throws KernelException {
    if (!isSurelyDriven(parent)) {
      return Optional.empty();
    }
    return ask(
        KernelOperation.NVML,
        parent,
        gpu -> {
          Optional<GpuInstance> there = instance(gpu.mig(), slice);
          return there.isPresent() ? gpu.mig().uuid(there.get()) : Optional.empty();
        });
  }

  private static Optional<GpuInstance> instance(Mig mig, Slice slice) throws NvmlException {
    return mig.instances().stream()
        .filter(one -> Optional.of(one.placement()).equals(slice.wish().placement()))
        .findFirst();
  }

  /** Where slices of a type may lie on an empty card. */
  List<SlicePlacement> placements(PciAddress place, MdevTypeId type) throws KernelException {
    return ask(
        KernelOperation.NVML,
        place,
        gpu -> {
          Optional<MigProfile> profile = profile(gpu.mig(), type);
          return profile.isPresent() ? gpu.mig().placements(profile.get()) : List.of();
        });
  }

  /**
   * Chooses where a slice shall lie; empty where there is no place.
   *
   * @param promised where slices of the books belong that may not be there now
   */
  Optional<SlicePlacement> choose(
      PciAddress place, MdevTypeId type, Collection<SlicePlacement> promised)
      throws KernelException {
    return ask(
        KernelOperation.NVML,
        place,
        gpu -> {
          Mig mig = gpu.mig();
          List<SlicePlacement> taken = new ArrayList<>(promised);
          mig.instances().forEach(instance -> taken.add(instance.placement()));
          List<SlicePlacement> wished = new ArrayList<>();
          List<SlicePlacement> every = new ArrayList<>();
          for (MigProfile profile : mig.profiles()) {
            List<SlicePlacement> its = mig.placements(profile);
            every.addAll(its);
            if (profile.name().equals(type.value())) {
              wished.addAll(its);
            }
          }
          return CardSpace.choose(wished, taken, every);
        });
  }

  MigMode mode(PciAddress place) throws KernelException {
    return ask(KernelOperation.NVML, place, gpu -> gpu.mig().mode());
  }

  /** Sets the mode; whether it is so afterwards, or only after a reset, is in the answer. */
  MigMode set(PciAddress place, boolean on) throws KernelException {
    return ask(KernelOperation.MIG_MODE, place, gpu -> gpu.mig().set(on));
  }

  @Override
  public void create(Slice slice, PciAddress parent) throws KernelException {
    ask(
        KernelOperation.SLICE_CREATE,
        parent,
        gpu -> {
          Optional<MigProfile> profile = profile(gpu.mig(), slice);
          if (profile.isPresent()) {
            gpu.mig().create(profile.get(), slice.wish().placement().orElseThrow());
          }
          return profile;
        });
  }

  @Override
  public void remove(Slice slice, PciAddress parent) throws KernelException {
    ask(
        KernelOperation.SLICE_REMOVE,
        parent,
        gpu -> {
          Optional<MigProfile> profile = profile(gpu.mig(), slice);
          if (profile.isPresent()) {
            gpu.mig().destroy(profile.get(), slice.wish().placement().orElseThrow());
          }
          return profile;
        });
  }

  /** A question to NVML about one card. */
  @FunctionalInterface
  private interface Question<T> {
    T ask(Gpu gpu) throws NvmlException;
  }

  /** NVML's refusal, on its way out of the thread that waits for it. */
  private static final class NvmlAnswer extends IOException {

    private static final long serialVersionUID = 1L;

    NvmlAnswer(NvmlException cause) {
      super(cause.getMessage(), cause);
    }
  }

  private <T> T ask(KernelOperation operation, PciAddress place, Question<T> question)
      throws KernelException {
    try {
      return deadline.within(
          operation,
          place,
          () -> {
            try (Nvml nvml = Nvml.open(library)) {
              return question.ask(nvml.gpu(place));
            } catch (NvmlException e) {
              throw new NvmlAnswer(e);
            }
          });
    } catch (KernelException e) {
      throw e.getCause() instanceof NvmlAnswer answer
              && answer.getCause() instanceof NvmlException refused
          ? new KernelException(
              "%s, when %s %s".formatted(refused.getMessage(), operation, place),
              meaning(refused),
              refused)
          : e;
    }
  }

  private static KernelError meaning(NvmlException e) {
    return switch (e.error()) {
      case IN_USE -> KernelError.EBUSY;
      case INSUFFICIENT_RESOURCES -> KernelError.ENOSPC;
      case NO_PERMISSION -> KernelError.EPERM;
      case NOT_FOUND, GPU_NOT_FOUND, GPU_IS_LOST -> KernelError.ENODEV;
      case NOT_SUPPORTED, INVALID_ARGUMENT -> KernelError.EINVAL;
      default -> KernelError.EIO;
    };
  }
}
