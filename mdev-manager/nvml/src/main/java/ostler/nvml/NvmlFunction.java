package ostler.nvml;

/**
 * Every function of NVML that is called, by its symbol. The header's macros give newer symbols the
 * plain names, so a plain name here is one that never had a newer layout.
 */
enum NvmlFunction {
  INIT("nvmlInit_v2"),
  SHUTDOWN("nvmlShutdown"),
  DRIVER_VERSION("nvmlSystemGetDriverVersion"),
  COUNT("nvmlDeviceGetCount_v2"),
  HANDLE("nvmlDeviceGetHandleByPciBusId_v2"),
  PCI_INFO("nvmlDeviceGetPciInfo_v3"),
  NAME("nvmlDeviceGetName"),
  UUID("nvmlDeviceGetUUID"),
  SERIAL("nvmlDeviceGetSerial"),
  MEMORY("nvmlDeviceGetMemoryInfo_v2"),
  TEMPERATURE("nvmlDeviceGetTemperature"),
  POWER("nvmlDeviceGetPowerUsage"),
  UTILIZATION("nvmlDeviceGetUtilizationRates"),
  PERSISTENCE("nvmlDeviceGetPersistenceMode"),
  ECC_ERRORS("nvmlDeviceGetTotalEccErrors"),
  RETIRED_PAGES("nvmlDeviceGetRetiredPages_v2"),
  RETIREMENT_PENDING("nvmlDeviceGetRetiredPagesPendingStatus"),
  REMAPPED_ROWS("nvmlDeviceGetRemappedRows"),
  FIELD_VALUES("nvmlDeviceGetFieldValues"),
  COMPUTE_PROCESSES("nvmlDeviceGetComputeRunningProcesses_v3"),
  GRAPHICS_PROCESSES("nvmlDeviceGetGraphicsRunningProcesses_v3"),
  GET_MIG_MODE("nvmlDeviceGetMigMode"),
  SET_MIG_MODE("nvmlDeviceSetMigMode"),
  PROFILE("nvmlDeviceGetGpuInstanceProfileInfoV"),
  PLACEMENTS("nvmlDeviceGetGpuInstancePossiblePlacements_v2"),
  REMAINING("nvmlDeviceGetGpuInstanceRemainingCapacity"),
  CREATE_INSTANCE("nvmlDeviceCreateGpuInstanceWithPlacement"),
  INSTANCES("nvmlDeviceGetGpuInstances"),
  INSTANCE_INFO("nvmlGpuInstanceGetInfo"),
  DESTROY_INSTANCE("nvmlGpuInstanceDestroy"),
  COMPUTE_PROFILE("nvmlGpuInstanceGetComputeInstanceProfileInfo"),
  CREATE_COMPUTE("nvmlGpuInstanceCreateComputeInstance"),
  COMPUTES("nvmlGpuInstanceGetComputeInstances"),
  DESTROY_COMPUTE("nvmlComputeInstanceDestroy"),
  MIG_DEVICES("nvmlDeviceGetMaxMigDeviceCount"),
  MIG_DEVICE("nvmlDeviceGetMigDeviceHandleByIndex"),
  MIG_INSTANCE("nvmlDeviceGetGpuInstanceId");

  private final String symbol;

  NvmlFunction(String symbol) {
    this.symbol = symbol;
  }

  @Override
  public String toString() {
    return symbol;
  }
}
