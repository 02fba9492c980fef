// The dashboard in place of BOARD must be one by Grafana's own types, and each panel's options
// must be those of its kind. An enumeration stands as its value in JSON, hence `Plain`.
import type { Dashboard, FieldConfigSource, GraphFieldConfig, Panel, RowPanel } from "@grafana/schema";
import type { Options as Bars } from "@grafana/schema/dist/esm/raw/composable/bargauge/panelcfg/x/BarGaugePanelCfg_types.gen.js";
import type { Options as Numbers } from "@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen.js";
import type { Options as Columns } from "@grafana/schema/dist/esm/raw/composable/table/panelcfg/x/TablePanelCfg_types.gen.js";
import type { Options as Lines } from "@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen.js";

type Plain<T> = T extends string
  ? `${T}`
  : T extends number | boolean | null | undefined
    ? T
    : T extends (infer Item)[]
      ? Plain<Item>[]
      : T extends object
        ? { [Key in keyof T]: Plain<T[Key]> }
        : T;

type Of<Kind extends string, Options, Custom = object> = Omit<
  Panel,
  "type" | "options" | "fieldConfig"
> & { type: Kind; options: Options; fieldConfig: FieldConfigSource<Custom> };

type Known =
  | Of<"bargauge", Bars>
  | Of<"stat", Numbers>
  | Of<"table", Columns>
  | Of<"timeseries", Lines, GraphFieldConfig>
  | (RowPanel & { type: "row" });

type Board = Omit<Dashboard, "panels"> & { panels: Known[] };

export const board: Plain<Board> = BOARD;
