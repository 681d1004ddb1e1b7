import assert from "node:assert/strict";
import { activePrefix, prefixDataFolder, searchFolders, userDataFolder, type Machine } from "../../../../kernel/cli/kernelspec-paths.ts";

const linux = (env: NodeJS.ProcessEnv): Machine => ({ env, platform: "linux", home: "/home/u" });
const mac = (env: NodeJS.ProcessEnv): Machine => ({ env, platform: "darwin", home: "/Users/u" });
const windows = (env: NodeJS.ProcessEnv): Machine => ({ env, platform: "win32", home: "C:\\Users\\u" });

describe("kernelspec paths", () => {
  const users: Array<[string, Machine, string]> = [
    ["Linux", linux({}), "/home/u/.local/share/jupyter"],
    ["Linux with XDG", linux({ XDG_DATA_HOME: "/data" }), "/data/jupyter"],
    ["Linux, empty XDG", linux({ XDG_DATA_HOME: "" }), "/home/u/.local/share/jupyter"],
    ["JUPYTER_DATA_DIR first", linux({ XDG_DATA_HOME: "/data", JUPYTER_DATA_DIR: "/own" }), "/own"],
    ["macOS", mac({}), "/Users/u/Library/Jupyter"],
    ["macOS, platform folders", mac({ JUPYTER_PLATFORM_DIRS: "1" }), "/Users/u/Library/Application Support/jupyter"],
    ["Windows", windows({ APPDATA: "C:\\Users\\u\\AppData\\Roaming" }), "C:\\Users\\u\\AppData\\Roaming\\jupyter"],
    ["Windows without APPDATA", windows({}), "C:\\Users\\u\\AppData\\Roaming\\jupyter"],
    ["Windows, platform folders", windows({ JUPYTER_PLATFORM_DIRS: "1", LOCALAPPDATA: "D:\\L" }), "D:\\L\\jupyter"],
    ["platform folders off", mac({ JUPYTER_PLATFORM_DIRS: "false" }), "/Users/u/Library/Jupyter"],
  ];
  for (const [title, machine, folder] of users) it(`user: ${title}`, () => assert.equal(userDataFolder(machine), folder));

  it("prefix on every platform", () => {
    assert.equal(prefixDataFolder("/opt/x", "linux"), "/opt/x/share/jupyter");
    assert.equal(prefixDataFolder("C:\\x", "win32"), "C:\\x\\share\\jupyter");
  });

  it("the active environment is the virtual one before conda's", () => {
    assert.equal(activePrefix({ VIRTUAL_ENV: "/v", CONDA_PREFIX: "/c" }), "/v");
    assert.equal(activePrefix({ CONDA_PREFIX: "/c" }), "/c");
    assert.equal(activePrefix({ VIRTUAL_ENV: "" }), undefined);
  });

  const system = ["/usr/local/share/jupyter", "/usr/share/jupyter"];
  const searches: Array<[string, Machine, string[]]> = [
    ["plain", linux({}), ["/home/u/.local/share/jupyter", ...system]],
    ["JUPYTER_PATH first", linux({ JUPYTER_PATH: "/a::/b" }), ["/a", "/b", "/home/u/.local/share/jupyter", ...system]],
    ["environment before user", linux({ VIRTUAL_ENV: "/v" }), ["/v/share/jupyter", "/home/u/.local/share/jupyter", ...system]],
    ["user before environment on request", linux({ VIRTUAL_ENV: "/v", JUPYTER_PREFER_ENV_PATH: "0" }), ["/home/u/.local/share/jupyter", "/v/share/jupyter", ...system]],
    ["Windows", windows({ APPDATA: "A:", PROGRAMDATA: "P:", JUPYTER_PATH: "X:\\a;Y:\\b" }), ["X:\\a", "Y:\\b", "A:\\jupyter"]],
    ["Windows with PROGRAMDATA", windows({ APPDATA: "A:", PROGRAMDATA: "P:", JUPYTER_USE_PROGRAMDATA: "1" }), ["A:\\jupyter", "P:\\jupyter"]],
  ];
  for (const [title, machine, folders] of searches) it(`search: ${title}`, () => assert.deepEqual(searchFolders(machine), folders));
});
