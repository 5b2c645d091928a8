package ostler.nvml;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import ostler.inventory.DeviceUuid;
import ostler.inventory.SlicePlacement;

/**
 * A card cut into GPU instances (MIG). Each gets one compute instance over the whole of it, so that
 * both together are one slice.
 */
public final class Mig {

  /** The header's numbers of profiles end below this (NVML_GPU_INSTANCE_PROFILE_COUNT). */
  private static final int MAX_PROFILES = 32;

  /** The same of compute instances (NVML_COMPUTE_INSTANCE_PROFILE_COUNT). */
  private static final int MAX_COMPUTE_PROFILES = 16;

  /** More than any card has. */
  private static final int MAX_MIG_DEVICES = 64;

  private static final int SHARED_ENGINES = 0;
  private static final String NAME_PREFIX = "MIG ";

  private final Binding binding;
  private final Pointer device;

  Mig(Binding binding, Pointer device) {
    this.binding = binding;
    this.device = device;
  }

  /**
   * Whether the card can be cut now, and after its next reset.
   *
   * @throws NvmlException NOT_SUPPORTED of a card that never can
   */
  public MigMode mode() throws NvmlException {
    IntByReference current = new IntByReference();
    IntByReference pending = new IntByReference();
    binding.call(NvmlFunction.GET_MIG_MODE, device, current, pending);
    return new MigMode(current.getValue() != 0, pending.getValue() != 0);
  }

  /**
   * Asks for another mode, and says what is so afterwards. Where the card has to be reset for it,
   * it is only pending.
   *
   * @throws NvmlException IN_USE and others
   */
  public MigMode set(boolean on) throws NvmlException {
    IntByReference status = new IntByReference();
    binding.call(NvmlFunction.SET_MIG_MODE, device, on ? 1 : 0, status);
    return mode();
  }

  /**
   * The kinds of instances that the card can be cut into.
   *
   * @throws NvmlException if NVML does not say
   */
  public List<MigProfile> profiles() throws NvmlException {
    List<MigProfile> profiles = new ArrayList<>();
    for (int number = 0; number < MAX_PROFILES; number++) {
      profile(number).ifPresent(profiles::add);
    }
    return profiles;
  }

  /** Numbers that a card, or this version of NVML, does not know are passed over. */
  private Optional<MigProfile> profile(int number) throws NvmlException {
    Structs.ProfileInfo info = new Structs.ProfileInfo();
    try {
      binding.call(NvmlFunction.PROFILE, device, number, info);
    } catch (NvmlException e) {
      if (isUnknownHere(e)) {
        return Optional.empty();
      }
      throw e;
    }
    String name = Binding.text(info.name);
    return Optional.of(
        new MigProfile(
            info.id,
            name.startsWith(NAME_PREFIX) ? name.substring(NAME_PREFIX.length()) : name,
            info.slices,
            info.memoryMib,
            info.multiprocessors));
  }

  private static boolean isUnknownHere(NvmlException e) {
    return e.error() == NvmlError.NOT_SUPPORTED || e.error() == NvmlError.INVALID_ARGUMENT;
  }

  /**
   * Where instances of a profile may lie on an empty card.
   *
   * @throws NvmlException if NVML does not say
   */
  public List<SlicePlacement> placements(MigProfile profile) throws NvmlException {
    int bytes = new Structs.Placement().checkedSize();
    Binding.Elements found =
        binding.list(
            NvmlFunction.PLACEMENTS,
            bytes,
            (list, count) -> new Object[] {device, profile.id(), list, count});
    List<SlicePlacement> placements = new ArrayList<>();
    for (int at = 0; at < found.count(); at++) {
      int start = found.memory().getInt((long) at * bytes);
      int size = found.memory().getInt((long) at * bytes + Integer.BYTES);
      placements.add(placement(NvmlFunction.PLACEMENTS, start, size));
    }
    return placements;
  }

  private static SlicePlacement placement(NvmlFunction function, int start, int size)
      throws NvmlException {
    if (start < 0 || size < 1) {
      throw new NvmlException(
          function, NvmlError.OTHER, "a placement of %d:%d cannot be".formatted(start, size));
    }
    return new SlicePlacement(start, size);
  }

  /**
   * How many more instances of a profile the card can hold now.
   *
   * @throws NvmlException if NVML does not say
   */
  public int remaining(MigProfile profile) throws NvmlException {
    return (int) Math.min(255, binding.number(NvmlFunction.REMAINING, device, profile.id()));
  }

  /**
   * The instances that are on the card now.
   *
   * @throws NvmlException if NVML does not say
   */
  public List<GpuInstance> instances() throws NvmlException {
    List<GpuInstance> instances = new ArrayList<>();
    if (!mode().current()) {
      return instances;
    }
    for (MigProfile profile : profiles()) {
      for (Pointer handle : handles(profile)) {
        instances.add(instance(handle));
      }
    }
    return instances;
  }

  private List<Pointer> handles(MigProfile profile) throws NvmlException {
    return binding.handles(NvmlFunction.INSTANCES, device, profile.id());
  }

  private GpuInstance instance(Pointer handle) throws NvmlException {
    Structs.InstanceInfo info = new Structs.InstanceInfo();
    info.checkedSize();
    binding.call(NvmlFunction.INSTANCE_INFO, handle, info);
    return new GpuInstance(
        info.id,
        info.profile,
        placement(NvmlFunction.INSTANCE_INFO, info.start, info.size),
        !computes(handle).isEmpty());
  }

  /**
   * The UUID of what programs and containers are given of an instance, {@code MIG-...}; empty while
   * it has no compute instance.
   *
   * @throws NvmlException if NVML does not say
   */
  public Optional<DeviceUuid> uuid(GpuInstance instance) throws NvmlException {
    long most = Math.min(MAX_MIG_DEVICES, binding.number(NvmlFunction.MIG_DEVICES, device));
    for (int index = 0; index < most; index++) {
      Optional<Pointer> part = part(index);
      if (part.isPresent()
          && binding.number(NvmlFunction.MIG_INSTANCE, part.get()) == instance.id()) {
        return DeviceUuid.tryParse(binding.text(NvmlFunction.UUID, Gpu.UUID_BYTES, part.get()));
      }
    }
    return Optional.empty();
  }

  /** Of the numbers up to the highest some are free. */
  private Optional<Pointer> part(int index) throws NvmlException {
    PointerByReference part = new PointerByReference();
    try {
      binding.call(NvmlFunction.MIG_DEVICE, device, index, part);
      return Optional.ofNullable(part.getValue());
    } catch (NvmlException e) {
      if (e.error() == NvmlError.NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /**
   * Makes an instance at a placement, with its compute instance. Where the instance is there
   * already, since a run was killed between both, only the compute instance is made.
   *
   * @throws NvmlException INSUFFICIENT_RESOURCES and others
   */
  public void create(MigProfile profile, SlicePlacement where) throws NvmlException {
    Optional<Pointer> there = find(profile, where);
    Pointer instance = there.isPresent() ? there.get() : made(profile, where);
    if (computes(instance).isEmpty()) {
      PointerByReference compute = new PointerByReference();
      binding.call(
          NvmlFunction.CREATE_COMPUTE, instance, whole(instance, profile.slices()), compute);
    }
  }

  private Pointer made(MigProfile profile, SlicePlacement where) throws NvmlException {
    Structs.Placement placement = new Structs.Placement();
    placement.checkedSize();
    placement.start = where.start();
    placement.size = where.size();
    PointerByReference instance = new PointerByReference();
    binding.call(NvmlFunction.CREATE_INSTANCE, device, profile.id(), placement, instance);
    return instance.getValue();
  }

  private Optional<Pointer> find(MigProfile profile, SlicePlacement where) throws NvmlException {
    for (Pointer handle : handles(profile)) {
      if (instance(handle).placement().equals(where)) {
        return Optional.of(handle);
      }
    }
    return Optional.empty();
  }

  /** The compute profile that has as many slices as the instance itself. */
  private int whole(Pointer instance, int slices) throws NvmlException {
    for (Structs.ComputeProfileInfo info : computeProfiles(instance)) {
      if (info.slices == slices) {
        return info.id;
      }
    }
    throw new NvmlException(
        NvmlFunction.COMPUTE_PROFILE,
        NvmlError.NOT_FOUND,
        "no compute instance of " + slices + " slices");
  }

  private List<Structs.ComputeProfileInfo> computeProfiles(Pointer instance) throws NvmlException {
    List<Structs.ComputeProfileInfo> profiles = new ArrayList<>();
    for (int number = 0; number < MAX_COMPUTE_PROFILES; number++) {
      Structs.ComputeProfileInfo info = new Structs.ComputeProfileInfo();
      info.checkedSize();
      try {
        binding.call(NvmlFunction.COMPUTE_PROFILE, instance, number, SHARED_ENGINES, info);
        profiles.add(info);
      } catch (NvmlException e) {
        if (!isUnknownHere(e)) {
          throw e;
        }
      }
    }
    return profiles;
  }

  private List<Pointer> computes(Pointer instance) throws NvmlException {
    List<Pointer> computes = new ArrayList<>();
    for (Structs.ComputeProfileInfo profile : computeProfiles(instance)) {
      computes.addAll(binding.handles(NvmlFunction.COMPUTES, instance, profile.id));
    }
    return computes;
  }

  /**
   * Destroys the instance at a placement, its compute instances first. One that is not there is
   * destroyed already.
   *
   * @throws NvmlException IN_USE while something runs on it, and others
   */
  public void destroy(MigProfile profile, SlicePlacement where) throws NvmlException {
    Optional<Pointer> instance = find(profile, where);
    if (instance.isEmpty()) {
      return;
    }
    for (Pointer compute : computes(instance.get())) {
      binding.call(NvmlFunction.DESTROY_COMPUTE, compute);
    }
    binding.call(NvmlFunction.DESTROY_INSTANCE, instance.get());
  }
}
