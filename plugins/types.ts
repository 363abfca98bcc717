/**
 * What `import … from 'evcc'` sees in the editor: the types of core, and the options of every built-in type and plugin.
 * One line per plugin; naming its options here is what makes configurations complete them.
 */
export * from '../core/index.ts';
export type { AccessOptions } from './access/index.ts';
export type { BrokerOptions } from './broker/index.ts';
export type { AbbTerraChargerOptions } from './chargers/abb-terra/index.ts';
export type { AlfenChargerOptions } from './chargers/alfen/index.ts';
export type { BenderChargerOptions } from './chargers/bender/index.ts';
export type { CfosChargerOptions } from './chargers/cfos/index.ts';
export type { EaseeChargerOptions } from './chargers/easee/index.ts';
export type { EvseWifiChargerOptions } from './chargers/evse-wifi/index.ts';
export type { FritzDectChargerOptions } from './chargers/fritz-dect/index.ts';
export type { GoEChargerOptions } from './chargers/go-e/index.ts';
export type { HeatPumpChargerOptions } from './chargers/heatpump/index.ts';
export type { HeidelbergChargerOptions } from './chargers/heidelberg/index.ts';
export type { KebaChargerOptions } from './chargers/keba/index.ts';
export type { KebaUdpChargerOptions } from './chargers/keba-udp/index.ts';
export type { LambdaChargerOptions } from './chargers/lambda/index.ts';
export type { MennekesChargerOptions } from './chargers/mennekes/index.ts';
export type { MyPvChargerOptions } from './chargers/my-pv/index.ts';
export type { NrgkickChargerOptions } from './chargers/nrgkick/index.ts';
export type { OcppChargerOptions } from './chargers/ocpp/index.ts';
export type { OpenEvseChargerOptions } from './chargers/openevse/index.ts';
export type { OpenwbChargerOptions } from './chargers/openwb/index.ts';
export type { OpenwbModbusChargerOptions } from './chargers/openwb-modbus/index.ts';
export type { OpenWbProChargerOptions } from './chargers/openwb-pro/index.ts';
export type { PeblarChargerOptions } from './chargers/peblar/index.ts';
export type { PhoenixChargerOptions } from './chargers/phoenix/index.ts';
export type { PulsatrixChargerOptions } from './chargers/pulsatrix/index.ts';
export type { SgReadyChargerOptions } from './chargers/sgready/index.ts';
export type { ShellyChargerOptions } from './chargers/shelly/index.ts';
export type { SimpleEvseChargerOptions } from './chargers/simpleevse/index.ts';
export type { SmartEvseChargerOptions } from './chargers/smartevse/index.ts';
export type { StiebelChargerOptions } from './chargers/stiebel/index.ts';
export type { TasmotaChargerOptions } from './chargers/tasmota/index.ts';
export type { TeslaWallConnectorChargerOptions } from './chargers/tesla-wall-connector/index.ts';
export type { VestelChargerOptions } from './chargers/vestel/index.ts';
export type { VictronEvcsChargerOptions } from './chargers/victron-evcs/index.ts';
export type { WarpChargerOptions } from './chargers/warp/index.ts';
export type { WattpilotChargerOptions } from './chargers/wattpilot/index.ts';
export type { ZaptecChargerOptions } from './chargers/zaptec/index.ts';
export type {
  CustomChargerOptions,
  CustomMeterOptions,
  CustomSource,
  CustomTarget,
  CustomTariffOptions,
  CustomVehicleOptions,
} from './custom/options.ts';
export type { HemsOptions } from './hems/index.ts';
export type { HistoryOptions } from './history/index.ts';
export type { HomeAssistantOptions } from './home-assistant/index.ts';
export type { InfluxOptions } from './influx/index.ts';
export type { MdnsOptions } from './mdns/index.ts';
export type { MessagingOptions } from './messaging/index.ts';
export type { AbbMeterOptions } from './meters/abb/index.ts';
export type { CarloGavazziMeterOptions } from './meters/carlo-gavazzi/index.ts';
export type { DeyeMeterOptions } from './meters/deye/index.ts';
export type { DiscovergyMeterOptions } from './meters/discovergy/index.ts';
export type { DsmrMeterOptions } from './meters/dsmr/index.ts';
export type { E3dcMeterOptions } from './meters/e3dc/index.ts';
export type { EastronMeterOptions } from './meters/eastron-sdm/index.ts';
export type { EnphaseMeterOptions } from './meters/enphase/index.ts';
export type { FoxEssMeterOptions } from './meters/foxess/index.ts';
export type { FroniusMeterOptions } from './meters/fronius/index.ts';
export type { GoodWeMeterOptions } from './meters/goodwe/index.ts';
export type { GrowattMeterOptions } from './meters/growatt/index.ts';
export type { HomeAssistantMeterOptions } from './meters/homeassistant/index.ts';
export type { HomeWizardMeterOptions } from './meters/homewizard/index.ts';
export type { HuaweiMeterOptions } from './meters/huawei/index.ts';
export type { JanitzaMeterOptions } from './meters/janitza/index.ts';
export type { KostalMeterOptions } from './meters/kostal/index.ts';
export type { ModbusMeterOptions } from './meters/modbus-meter/index.ts';
export type { OpenDtuMeterOptions } from './meters/opendtu/index.ts';
export type { PowerfoxMeterOptions } from './meters/powerfox/index.ts';
export type { PowerwallMeterOptions } from './meters/powerwall/index.ts';
export type { RctMeterOptions } from './meters/rct/index.ts';
export type { ShellyMeterOptions } from './meters/shelly/index.ts';
export type { SmaMeterOptions } from './meters/sma/index.ts';
export type { SmaSpeedwireMeterOptions } from './meters/sma-speedwire/index.ts';
export type { SmlMeterOptions } from './meters/sml/index.ts';
export type { SofarMeterOptions } from './meters/sofar/index.ts';
export type { SolarEdgeMeterOptions } from './meters/solaredge/index.ts';
export type { SolaxMeterOptions } from './meters/solax/index.ts';
export type { SolisMeterOptions } from './meters/solis/index.ts';
export type { SonnenMeterOptions } from './meters/sonnen/index.ts';
export type { SungrowMeterOptions } from './meters/sungrow/index.ts';
export type { SunSpecMeterOptions } from './meters/sunspec/index.ts';
export type { TasmotaMeterOptions } from './meters/tasmota/index.ts';
export type { TibberPulseMeterOptions } from './meters/tibber-pulse/index.ts';
export type { VictronMeterOptions } from './meters/victron/index.ts';
export type { VolkszaehlerMeterOptions } from './meters/volkszaehler/index.ts';
export type { ModbusProxyOptions } from './modbusproxy/index.ts';
export type { MqttOptions } from './mqtt/index.ts';
export type { OcppOptions } from './ocpp/index.ts';
export type { OptimizerOptions } from './optimizer/index.ts';
export type { PrometheusOptions } from './prometheus/index.ts';
export type { RecordOptions } from './record/index.ts';
export type { RestOptions } from './rest/index.ts';
export type {
  SimulatorChargerOptions,
  SimulatorMeterOptions,
  SimulatorOptions,
  SimulatorTariffOptions,
  SimulatorVehicleOptions,
} from './simulator/index.ts';
export type { PostgresStoreOptions } from './storage/postgres/index.ts';
export type { SqliteStoreOptions } from './storage/sqlite/index.ts';
export type { AmberTariffOptions } from './tariffs/amber/index.ts';
export type { AwattarTariffOptions } from './tariffs/awattar/index.ts';
export type { EkzTariffOptions } from './tariffs/ekz/index.ts';
export type { ElectricityMapsTariffOptions } from './tariffs/electricitymaps/index.ts';
export type { ElectricityMapsFreeTariffOptions } from './tariffs/electricitymaps-free/index.ts';
export type { EleringTariffOptions } from './tariffs/elering/index.ts';
export type { EnerginetTariffOptions } from './tariffs/energinet/index.ts';
export type { EnerginetCo2TariffOptions } from './tariffs/energinet-co2/index.ts';
export type { EnergyChartsTariffOptions } from './tariffs/energy-charts-api/index.ts';
export type { EntsoeTariffOptions } from './tariffs/entsoe/index.ts';
export type { EpexPredictorTariffOptions } from './tariffs/epex-predictor/index.ts';
export type { FixedTariffOptions } from './tariffs/fixed/index.ts';
export type { ForecastSolarTariffOptions } from './tariffs/forecast-solar/index.ts';
export type { GroupeETariffOptions } from './tariffs/groupe-e/index.ts';
export type { GruenstromindexTariffOptions } from './tariffs/gruenstromindex/index.ts';
export type { NgesoTariffOptions } from './tariffs/ngeso/index.ts';
export type { NordpoolTariffOptions } from './tariffs/nordpool/index.ts';
export type { OctopusTariffOptions } from './tariffs/octopus/index.ts';
export type { OpenMeteoTariffOptions } from './tariffs/open-meteo/index.ts';
export type { OpenMeteoTemperatureTariffOptions } from './tariffs/open-meteo-temperature/index.ts';
export type { OstromTariffOptions } from './tariffs/ostrom/index.ts';
export type { SmardTariffOptions } from './tariffs/smard/index.ts';
export type { SmartEnergyTariffOptions } from './tariffs/smartenergy/index.ts';
export type { SolcastTariffOptions } from './tariffs/solcast/index.ts';
export type { TibberTariffOptions } from './tariffs/tibber/index.ts';
export type { TelemetryOptions } from './telemetry/index.ts';
export type { CarDataVehicleOptions } from './vehicles/cardata/index.ts';
export type { OfflineVehicleOptions } from './vehicles/offline/index.ts';
export type { OvmsVehicleOptions } from './vehicles/ovms/index.ts';
export type { TeslaLoggerVehicleOptions } from './vehicles/teslalogger/index.ts';
export type { TeslaMateVehicleOptions } from './vehicles/teslamate/index.ts';
export type { TessieVehicleOptions } from './vehicles/tessie/index.ts';
export type { TronityVehicleOptions } from './vehicles/tronity/index.ts';
export type { VolvoVehicleOptions } from './vehicles/volvo/index.ts';
export type { WebOptions } from './web/index.ts';
