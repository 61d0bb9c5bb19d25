import { citizenSeal, parseCitizenNumber } from '@yichuang/schema';
import { Window } from './one-window/window.js';
const S: any = { '110': 'EMPLOYEE_PENSION','120':'PUBLIC_INSTITUTION_PENSION','170':'RESIDENT_PENSION','210':'UNEMPLOYMENT','410':'WORK_INJURY'};
const M: any = { '310':'EMPLOYEE','390':'RESIDENT'};
const y = (f: number|undefined) => f===undefined?null:(f/100).toFixed(2);
const Q: any = { hrss: `... on Citizen { identity { number name sex birthDate hukou alive diedOn } socialCard { number issuer issuedOn state electronic } jurisdictions
 pension { relations { ...R } contributions(first: 600) { totalCount edges { node { ...C } } } monthsPaid a: hasPaidAtLeast(months: 180) account { balance principal interest parts { scheme jurisdiction balance principal interest years { year months credited interest balance } } } benefit { ...B } benefits { ...B } }
 unemployment { relations { ...R } contributions(first: 600) { totalCount edges { node { ...C } } } benefits { ...B } }
 occupationalInjury { relations { ...R } contributions(first: 600) { totalCount edges { node { ...C } } } benefits { ...B } platformCover { platform { creditCode } platformName month days orders paid jurisdiction } }
 employments { enterprise { creditCode } employerName from to kind jurisdiction } }`,
 'market-regulation': `... on Citizen { platformWork { platformName enterprise { creditCode name } trade division from to months { month activeDays orders } } businesses { creditCode name state established registeredCapital legalRepresentative } }`,
 postal: `... on Citizen { courierWork { outlet { filingNumber name division address openedOn closedOn couriers enterprise { creditCode } } enterprise { creditCode } filingNumber from to } }`,
 'medical-insurance': `... on Citizen { medical { enrolments { scheme poolingArea state personType from to employerName } account { balance parts { poolingArea scheme balance } } continuousMonths payments(first: 600) { totalCount edges { node { scheme poolingArea month base personal employer paidOn employerName } } } } }`};
const FR = `fragment R on InsuranceRelation { scheme jurisdiction poolingArea agencyOffice personNumber registeredName accountKind state insuredAs firstMonth lastMonth monthsActual monthsDeemed }
fragment C on Contribution { scheme month base personal employer credited paidOn jurisdiction enterprise { creditCode } unitName }
fragment B on InsuranceBenefit { scheme jurisdiction state from to monthlyAmount }`;
const w = await Window.open({ people: 900, seed: Number(process.env.SEED ?? 5) });
const world = w.sandbox.world;
const unit = new Map(world.units.map(u=>[u.creditCode,u]));
const outlets = new Map(world.outlets.map(o=>[o.filingNumber,o]));
const seal = citizenSeal(w.sandbox.secrets.citizenRefKey);
async function ask(name: any, query: string, variables: any) {
  const r = await fetch(w.urlOf(name), { method: 'POST', headers: { 'content-type':'application/json', authorization: `Bearer ${w.sandbox.secrets.hubKey}`, 'yichuang-deadline-ms':'60000' }, body: JSON.stringify({ query, variables }) });
  return await r.json() as any;
}
const sortU = (l: any[]) => [...l].map(x=>JSON.stringify(x)).sort();
const couriers = new Map<string, number>();
for (const l of world.lives) for (const c of l.courierWork) if (!c.to) couriers.set(c.outlet, (couriers.get(c.outlet)??0)+1);
const thisMonth = new Date(Date.now()+8*3600e3).toISOString().slice(0,7);
function contMonths(life: any) { const cov = new Set<string>(); for (const e of life.medical) for (const p of e.payments) { if (e.scheme==='390') for (let m=Number(p.month.slice(5)); m<=12;m++) cov.add(`${p.month.slice(0,4)}-${String(m).padStart(2,'0')}`); else cov.add(p.month);} 
 let m = [...cov].filter(c=>c<=thisMonth).sort().at(-1); let n=0; while (m && cov.has(m)) { n++; const [Y,Mo]=m.split('-').map(Number) as any; m = Mo===1?`${Y-1}-12`:`${Y}-${String(Mo-1).padStart(2,'0')}`; } return n; }
function branch(life: any, codes: string[]) {
  const rel = life.relations.filter((r:any)=>codes.includes(r.scheme));
  return { relations: rel.map((r:any)=>({ scheme:S[r.scheme], jurisdiction:r.jurisdiction, poolingArea:r.area, agencyOffice:r.office, personNumber:r.personNumber, registeredName: life.name, accountKind:r.accountKind, state:r.state, insuredAs:r.insuredAs, firstMonth:r.contributions[0]?.month??null, lastMonth:r.contributions.at(-1)?.month??null, monthsActual:r.contributions.length*(r.scheme==='170'?12:1), monthsDeemed:r.deemedMonths})),
   contributions: rel.flatMap((r:any)=>r.contributions.map((c:any)=>({ scheme:S[r.scheme], month:c.month, base:y(c.base), personal:y(c.personal), employer:y(c.employer), credited:y(c.credited), paidOn:c.paidOn, jurisdiction:r.jurisdiction, enterprise:c.unit?{creditCode:c.unit}:null, unitName: c.unit? unit.get(c.unit)?.name??null:null }))),
   benefits: life.benefits.filter((b:any)=>codes.includes(b.scheme)).map((b:any)=>({scheme:S[b.scheme],jurisdiction:b.jurisdiction,state:b.state,from:b.from,to:b.to??null,monthlyAmount:y(b.monthly)})) };
}
function expected(life: any) {
  const p = branch(life,['110','120','170']), u = branch(life,['210']), o = branch(life,['410']);
  const months = new Set(life.relations.filter((r:any)=>['110','120'].includes(r.scheme)).flatMap((r:any)=>r.contributions.filter((c:any)=>c.personal+c.employer>0).map((c:any)=>c.month))).size;
  const accts = life.relations.filter((r:any)=>['110','120','170'].includes(r.scheme) && r.account.length>0).map((r:any)=>{ const cl = r.account.findLastIndex((a:any)=>a.balance!==undefined); return { scheme:S[r.scheme], jurisdiction:r.jurisdiction, b:(cl<0?0:r.account[cl].balance)+r.account.slice(cl+1).reduce((s:number,a:any)=>s+a.credited,0), p:r.account.reduce((s:number,a:any)=>s+a.credited,0), i:r.account.reduce((s:number,a:any)=>s+(a.interest??0),0), years:r.account.map((a:any)=>({year:a.year,months:a.months,credited:y(a.credited),interest:y(a.interest),balance:y(a.balance)})) }; });
  const drawn = [...p.benefits].sort((a:any,b:any)=>a.from<b.from?-1:a.from>b.from?1:0);
  return {
   'identity': { number: life.number, name: life.name, sex: life.sex==='M'?'MALE':'FEMALE', birthDate: life.birthDate, hukou: life.hukou, alive: life.diedOn===undefined, diedOn: life.diedOn??null },
   'socialCard': life.card?{number:life.card.number,issuer:life.card.issuer,issuedOn:life.card.issuedOn,state:life.card.state,electronic:life.card.electronic}:null,
   'jurisdictions': [...new Set(life.relations.map((r:any)=>r.jurisdiction))].sort(),
   'pension.relations': sortU(p.relations), 'pension.contributions': sortU(p.contributions), 'pension.monthsPaid': months, 'pension.a': months>=180,
   'pension.totals': { b: y(accts.reduce((s:number,a:any)=>s+a.b,0)), p: y(accts.reduce((s:number,a:any)=>s+a.p,0)), i: y(accts.reduce((s:number,a:any)=>s+a.i,0)) },
   'pension.parts': sortU(accts.map((a:any)=>({scheme:a.scheme,jurisdiction:a.jurisdiction,balance:y(a.b),principal:y(a.p),interest:y(a.i),years:a.years}))),
   'pension.benefit': drawn.find((b:any)=>b.state==='PAYING')??drawn[0]??null, 'pension.benefits': sortU(p.benefits),
   'unemployment.relations': sortU(u.relations),'unemployment.contributions': sortU(u.contributions),'unemployment.benefits': sortU(u.benefits),
   'injury.relations': sortU(o.relations),'injury.contributions': sortU(o.contributions),'injury.benefits': sortU(o.benefits),
   'injury.cover': sortU(life.injuryCover.map((c:any)=>({platform:{creditCode:c.unit},platformName:c.platform,month:c.month,days:c.days,orders:c.orders,paid:y(c.paid),jurisdiction:c.jurisdiction}))),
   'employments': sortU(life.employments.map((e:any)=>({enterprise:{creditCode:e.unit},employerName:unit.get(e.unit)?.name??null,from:e.from,to:e.to??null,kind:e.kind,jurisdiction:e.jurisdiction}))),
   'platformWork': sortU(life.platformWork.map((e:any)=>({platformName:e.platform,enterprise:{creditCode:e.unit,name:unit.get(e.unit)?.name??null},trade:e.trade,division:e.division,from:e.from,to:e.to??null,months:[...e.months].reverse().slice(0,24).map((m:any)=>({month:m.month,activeDays:m.activeDays,orders:m.orders}))}))),
   'businesses': sortU(life.businesses.map((c:any)=>{const b:any=unit.get(c); return {creditCode:c,name:b.name,state:({'1':'ACTIVE','2':'REVOKED','3':'REVOKED_CANCELLED','4':'CANCELLED','5':'ANNULLED','6':'MOVED_OUT','9':'OTHER'} as any)[b.state],established:b.established,registeredCapital:y(b.capital),legalRepresentative:b.legalRepresentative}})),
   'courierWork': sortU(life.courierWork.map((c:any)=>{const t:any=outlets.get(c.outlet);return {outlet:{filingNumber:t.filingNumber,name:t.name,division:t.division,address:t.address,openedOn:t.openedOn,closedOn:t.closedOn??null,couriers:couriers.get(t.filingNumber)??0,enterprise:{creditCode:t.unit}},enterprise:{creditCode:c.unit},filingNumber:c.filingNumber,from:c.from,to:c.to??null}})),
   'medical.enrolments': sortU(life.medical.map((e:any)=>({scheme:M[e.scheme],poolingArea:e.poolingArea,state:e.state,personType:e.personType,from:e.from,to:e.to??null,employerName:e.employerName??null}))),
   'medical.account': (()=>{const ps=life.medical.filter((e:any)=>e.balance!==undefined);return ps.length?{balance:y(ps.reduce((s:number,e:any)=>s+e.balance,0)),parts:ps.map((e:any)=>({poolingArea:e.poolingArea,scheme:M[e.scheme],balance:y(e.balance)}))}:null})(),
   'medical.continuousMonths': contMonths(life),
   'medical.payments': sortU(life.medical.flatMap((e:any)=>e.payments.map((c:any)=>({scheme:M[e.scheme],poolingArea:e.poolingArea,month:c.month,base:y(c.base),personal:y(c.personal),employer:y(c.employer),paidOn:c.paidOn,employerName:c.employerName??null})))),
  } as Record<string, unknown>;
}
function shown(h:any,m:any,p:any,d:any) {
  const nodes=(c:any)=>sortU((c?.edges??[]).map((e:any)=>e?.node)); const pe=h.pension, a=pe.account;
  return { identity:h.identity, socialCard:h.socialCard, jurisdictions:h.jurisdictions,
   'pension.relations':sortU(pe.relations??[]),'pension.contributions':nodes(pe.contributions),'pension.monthsPaid':pe.monthsPaid,'pension.a':pe.a,
   'pension.totals':{b:a?.balance,p:a?.principal,i:a?.interest},'pension.parts':sortU(a?.parts??[]),'pension.benefit':pe.benefit,'pension.benefits':sortU(pe.benefits??[]),
   'unemployment.relations':sortU(h.unemployment.relations??[]),'unemployment.contributions':nodes(h.unemployment.contributions),'unemployment.benefits':sortU(h.unemployment.benefits??[]),
   'injury.relations':sortU(h.occupationalInjury.relations??[]),'injury.contributions':nodes(h.occupationalInjury.contributions),'injury.benefits':sortU(h.occupationalInjury.benefits??[]),'injury.cover':sortU(h.occupationalInjury.platformCover??[]),
   employments:sortU(h.employments??[]), platformWork:sortU(m.platformWork??[]), businesses:sortU(m.businesses??[]), courierWork:sortU(p.courierWork??[]),
   'medical.enrolments':sortU(d.medical.enrolments??[]),'medical.account':d.medical.account,'medical.continuousMonths':d.medical.continuousMonths,'medical.payments':nodes(d.medical.payments) } as Record<string,unknown>;
}
const man = w.sandbox.manifest();
const pidx = new Map(world.personas.map((p,i)=>[p.key,i]));
const dirtyOf = (i:number)=>man.filter(e=>e.lifeIndex===i || (e.persona!==undefined && pidx.get(e.persona)===i));
let compared=0; const residual: string[]=[]; const dirtyDiff: string[]=[]; const undetected: string[]=[];
for (let at=0; at<world.lives.length; at+=50) {
  const slice = world.lives.slice(at,at+50);
  const reps = slice.map(l=>({__typename:'Citizen',id:seal.seal(parseCitizenNumber(l.number)!)}));
  const res: any = {};
  for (const n of Object.keys(Q)) { let r: any; for (let t=0;t<4;t++) { r = await ask(n, `query($r:[_Any!]!){ _entities(representations:$r) { ${Q[n]} } } ${n==='hrss'?FR:''}`, { r: reps }); if (!r.errors?.length) break; await new Promise(f=>setTimeout(f,1500)); } res[n]=r; if (r.errors?.length) console.log(n, at, JSON.stringify(r.errors).slice(0,600)); }
  slice.forEach((life,k)=>{ const i=at+k; compared++; const exp=expected(life); const got=shown(res.hrss.data._entities[k],res['market-regulation'].data._entities[k],res.postal.data._entities[k],res['medical-insurance'].data._entities[k]);
    const dirt=dirtyOf(i).map(e=>`${e.kind}@${e.system}/${e.jurisdiction??''}.${e.table}.${e.field}`);
    for (const f of Object.keys(exp)) if (JSON.stringify(exp[f])!==JSON.stringify(got[f])) {
      let show: string; if (Array.isArray(exp[f])) { const E=exp[f] as string[], G=got[f] as string[]; show=`-${E.filter(x=>!G.includes(x)).slice(0,2).join(' | ')} (${E.length}) +${G.filter(x=>!E.includes(x)).slice(0,2).join(' | ')} (${G.length})`; } else show=`-${JSON.stringify(exp[f])} +${JSON.stringify(got[f])}`;
      (dirt.length?dirtyDiff:residual).push(`${i} ${world.personas[i]?.key??''} ${f} [${dirt.join(' ')}] ${show}`.slice(0,900));
    } });
}
console.log('compared', compared, 'lives; residual', residual.length, 'dirty diffs', dirtyDiff.length);
for (const r of residual.slice(0,60)) console.log('RES', r);
for (const r of dirtyDiff) console.log('DIRT', r);
// units
let ud=0;
for (let at=0; at<world.units.length; at+=50) { const us=world.units.slice(at,at+50); const reps=us.map(u=>({__typename:'Enterprise',creditCode:u.creditCode}));
 const r=await ask('market-regulation','query($r:[_Any!]!){ _entities(representations:$r) { ... on Enterprise { creditCode name type state legalRepresentative registeredCapital established division registrar address businessScope abnormalListings { reason listedOn removedOn } punishments { documentNumber reason decidedOn authority } provenance { quality { field rule } } } } }',{r:reps});
 const h=await ask('hrss','query($r:[_Any!]!){ _entities(representations:$r) { ... on Enterprise { creditCode insuredHeadcount socialInsuranceStanding { unitNumber registeredName state lastDeclaredMonth arrears jurisdiction } } } }',{r:reps});
 const po=await ask('postal','query($r:[_Any!]!){ _entities(representations:$r) { ... on Enterprise { creditCode expressLicence { number holder businessScope areas validFrom validTo state } outlets(first:100) { totalCount edges { node { filingNumber name division address openedOn closedOn } } } } } }',{r:reps});
 for (const [n,x] of [['m',r],['h',h],['p',po]] as any) if (x.errors) console.log('UNITERR', n, JSON.stringify(x.errors).slice(0,300));
 us.forEach((u,k)=>{ const g=r.data._entities[k]; const dirt=man.filter(e=>e.rowKey===u.creditCode).map(e=>e.kind); const e:any={creditCode:u.creditCode,name:u.name,type:u.type,state:({'1':'ACTIVE','2':'REVOKED','3':'REVOKED_CANCELLED','4':'CANCELLED','5':'ANNULLED','6':'MOVED_OUT','9':'OTHER'} as any)[u.state],legalRepresentative:u.legalRepresentative,registeredCapital:y(u.capital),established:u.established,division:u.division,registrar:u.registrar,address:u.address,businessScope:u.scope};
  for (const f of Object.keys(e)) if (g?.[f]!==e[f] && ++ud<40) console.log('UNIT',u.creditCode,dirt.join(),f,e[f],g?.[f],JSON.stringify(g?.provenance?.quality));
  const ab=sortU(u.abnormal.map(a=>({reason:a.reason,listedOn:a.listedOn,removedOn:a.removedOn??null}))), pu=sortU(u.punishments.map(a=>({documentNumber:a.documentNumber,reason:a.reason,decidedOn:a.decidedOn,authority:a.authority})));
  if (g && JSON.stringify(ab)!==JSON.stringify(sortU(g.abnormalListings))) console.log('UNITAB',u.creditCode,dirt.join(),ab,JSON.stringify(g.abnormalListings)); if (g && JSON.stringify(pu)!==JSON.stringify(sortU(g.punishments))) console.log('UNITPU',u.creditCode,dirt.join(),pu,JSON.stringify(g.punishments));
  const st=h.data._entities[k].socialInsuranceStanding; const se={unitNumber:u.unitNumber,registeredName:u.name,state:u.insuredState,lastDeclaredMonth:u.lastDeclaredMonth??null,arrears:y(u.arrears),jurisdiction:st?.jurisdiction}; if (JSON.stringify(se)!==JSON.stringify(st) && ++ud<60) console.log('STAND',u.creditCode,u.division,dirt.join(),JSON.stringify(se),JSON.stringify(st));
  const li=world.licences.filter(l=>l.unit===u.creditCode); const pl=po.data._entities[k]; const l0=li.find(l=>l.state==='VALID')??li[0]; const le=l0?{number:l0.number,holder:l0.holder,businessScope:l0.scope,areas:[...l0.areas],validFrom:l0.validFrom,validTo:l0.validTo,state:l0.state}:null; if (JSON.stringify(le)!==JSON.stringify(pl.expressLicence)) console.log('LIC',u.creditCode,JSON.stringify(le),JSON.stringify(pl.expressLicence));
  const oe=world.outlets.filter(o=>o.unit===u.creditCode); if (oe.length!==pl.outlets?.totalCount) console.log('OUT',u.creditCode,oe.length,pl.outlets?.totalCount);
  const os=new Map(oe.map(o=>[o.filingNumber,o])); for (const {node:n} of pl.outlets?.edges??[]) { const o:any=n&&os.get(n.filingNumber); if (!o || n.name!==o.name||n.division!==o.division||n.address!==o.address||n.openedOn!==o.openedOn||n.closedOn!==(o.closedOn??null)) console.log('OUTLET', JSON.stringify(n), JSON.stringify(o), man.filter(e=>e.rowKey===n?.filingNumber).map(e=>e.kind).join()); }
 }); }
await w.close();
console.log('closed; handles', (process as any).getActiveResourcesInfo?.().join());
